import{S as e,a as t,b as n,f as r,i,o as a,s as o,t as s,v as c,w as l,y as u}from"./worded.js";import{r as d,t as f}from"./config.js";var p=class extends u{constructor(...e){super(...e),this.follower=new t(this),this.words=new s(this)}static{this.properties={hass:{attribute:!1,hasChanged:r},config:{state:!0}}}static{this.styles=[o,l`
      form {
        display: grid;
        gap: 16px;
      }
      fieldset {
        border: 1px solid var(--divider-color);
        border-radius: var(--earlid-radius);
        padding: 8px 12px;
        margin: 0;
        min-inline-size: 0;
      }
      legend {
        padding-inline: 4px;
      }
      label {
        display: flex;
        align-items: center;
        gap: 10px;
        min-block-size: 40px;
      }
      label.text {
        flex-direction: column;
        align-items: stretch;
        gap: 4px;
      }
      input[type="text"] {
        font: inherit;
        color: inherit;
        background: var(--secondary-background-color, transparent);
        border: 1px solid var(--secondary-text-color);
        border-radius: var(--earlid-radius);
        padding: 10px 12px;
        min-block-size: 44px;
      }
      input[type="checkbox"] {
        inline-size: 20px;
        block-size: 20px;
        flex: none;
        accent-color: var(--primary-color);
      }
      input:focus-visible {
        outline: 2px solid var(--primary-color);
        outline-offset: 2px;
      }
    `]}setConfig(e){this.config=e}render(){let{hass:t,config:r}=this;if(!t||!r||!this.words.ready)return n;let a=new c(t),o=d(r),{home:s}=this.follower,l=new Map(s?.speakers.map(({slug:e,name:t})=>[e,t])),u=[...new Set([...l.keys(),...r.speakers??[]])];return e`<form @submit=${e=>e.preventDefault()}>
      <label class="text">
        ${a.t(`card.title`)}
        <input
          type="text"
          name="title"
          .value=${r.title??``}
          @input=${e=>this.entitle(e.target.value)}
        />
      </label>
      <fieldset>
        <legend>${a.t(`card.speakers`)}</legend>
        <p class="quiet">${a.t(`card.speakers_none`)}</p>
        ${u.map(e=>m(e,l.get(e)??e,r.speakers?.includes(e)??!1,t=>this.choose(e,t)))}
        ${i(a,this.follower.standing)}
      </fieldset>
      <fieldset>
        <legend>${a.t(`card.show`)}</legend>
        ${f.map(e=>m(e,a.t(`card.show_${e}`),o.includes(e),t=>{let n=f.filter(n=>n===e?t:o.includes(n));this.become({...r,show:n})}))}
      </fieldset>
    </form>`}entitle(e){let{title:t,...n}=this.config;this.become(e?{...n,title:e}:n)}choose(e,t){let{speakers:n=[],...r}=this.config,i=t?[...n,e]:n.filter(t=>t!==e);this.become(i.length?{...r,speakers:i}:r)}become(e){this.config=e,this.dispatchEvent(new CustomEvent(`config-changed`,{detail:{config:e},bubbles:!0,composed:!0}))}},m=(t,n,r,i)=>e`<label>
    <input
      type="checkbox"
      name=${t}
      .checked=${r}
      @change=${e=>i(e.target.checked)}
    />
    <bdi>${n}</bdi>
  </label>`;a(`earlid-card-editor`,p);export{p as EarlidCardEditor};