import{C as e,T as t,a as n,b as r,c as i,i as a,p as o,s,t as c,x as l,y as u}from"./worded.js";import{r as d,t as f}from"./config.js";var p=class extends r{constructor(...e){super(...e),this.follower=new n(this),this.words=new c(this)}static{this.properties={hass:{attribute:!1,hasChanged:o},config:{state:!0}}}static{this.styles=[i,t`
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
    `]}setConfig(e){this.config=e}render(){let{hass:t,config:n}=this;if(!t||!n||!this.words.ready)return l;let r=new u(t),i=d(n),{home:o}=this.follower,s=new Map(o?.speakers.map(({slug:e,name:t})=>[e,t])),c=[...new Set([...s.keys(),...n.speakers??[]])];return e`<form @submit=${e=>e.preventDefault()}>
      <label class="text">
        ${r.t(`card.title`)}
        <input
          type="text"
          name="title"
          .value=${n.title??``}
          @input=${e=>this.entitle(e.target.value)}
        />
      </label>
      <fieldset>
        <legend>${r.t(`card.speakers`)}</legend>
        <p class="quiet">${r.t(`card.speakers_none`)}</p>
        ${c.map(e=>m(e,s.get(e)??e,n.speakers?.includes(e)??!1,t=>this.choose(e,t)))}
        ${a(r,this.follower.standing)}
      </fieldset>
      <fieldset>
        <legend>${r.t(`card.show`)}</legend>
        ${f.map(e=>m(e,r.t(`card.show_${e}`),i.includes(e),t=>{let r=f.filter(n=>n===e?t:i.includes(n));this.become({...n,show:r})}))}
      </fieldset>
    </form>`}entitle(e){let{title:t,...n}=this.config;this.become(e?{...n,title:e}:n)}choose(e,t){let{speakers:n=[],...r}=this.config,i=t?[...n,e]:n.filter(t=>t!==e);this.become(i.length?{...r,speakers:i}:r)}become(e){this.config=e,this.dispatchEvent(new CustomEvent(`config-changed`,{detail:{config:e},bubbles:!0,composed:!0}))}},m=(t,n,r,i)=>e`<label>
    <input
      type="checkbox"
      name=${t}
      .checked=${r}
      @change=${e=>i(e.target.checked)}
    />
    <bdi>${n}</bdi>
  </label>`;s(`earlid-card-editor`,p);export{p as EarlidCardEditor};