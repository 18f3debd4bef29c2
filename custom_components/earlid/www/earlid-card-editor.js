import{C as e,D as t,S as n,T as r,a as i,c as a,i as o,p as s,s as c,t as l,x as u}from"./worded.js";import{r as d,t as f}from"./config.js";var p=class extends n{constructor(...e){super(...e),this.follower=new i(this),this.words=new l(this)}static{this.properties={hass:{attribute:!1,hasChanged:s},config:{state:!0}}}static{this.styles=[a,t`
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
    `]}setConfig(e){this.config=e}render(){let{hass:t,config:n}=this;if(!t||!n||!this.words.ready)return e;let i=new u(t),a=d(n),{home:s}=this.follower,c=new Map(s?.speakers.map(({slug:e,name:t})=>[e,t])),l=[...new Set([...c.keys(),...n.speakers??[]])];return r`<form @submit=${e=>e.preventDefault()}>
      <label class="text">
        ${i.t(`card.title`)}
        <input
          type="text"
          name="title"
          .value=${n.title??``}
          @input=${e=>this.entitle(e.target.value)}
        />
      </label>
      <fieldset>
        <legend>${i.t(`card.speakers`)}</legend>
        <p class="quiet">${i.t(`card.speakers_none`)}</p>
        ${l.map(e=>m(e,c.get(e)??e,n.speakers?.includes(e)??!1,t=>this.choose(e,t)))}
        ${o(i,this.follower.standing)}
      </fieldset>
      <fieldset>
        <legend>${i.t(`card.show`)}</legend>
        ${f.map(e=>m(e,i.t(`card.show_${e}`),a.includes(e),t=>{let r=f.filter(n=>n===e?t:a.includes(n));this.become({...n,show:r})}))}
      </fieldset>
    </form>`}entitle(e){let{title:t,...n}=this.config;this.become(e?{...n,title:e}:n)}choose(e,t){let{speakers:n=[],...r}=this.config,i=t?[...n,e]:n.filter(t=>t!==e);this.become(i.length?{...r,speakers:i}:r)}become(e){this.config=e,this.dispatchEvent(new CustomEvent(`config-changed`,{detail:{config:e},bubbles:!0,composed:!0}))}},m=(e,t,n,i)=>r`<label>
    <input
      type="checkbox"
      name=${e}
      .checked=${n}
      @change=${e=>i(e.target.checked)}
    />
    <bdi>${t}</bdi>
  </label>`;c(`earlid-card-editor`,p);export{p as EarlidCardEditor};