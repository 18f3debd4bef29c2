import{a as e,b as t,g as n,h as r,i,m as a,n as o,r as s,t as c,u as l,v as u}from"./worded.js";import"./speaker.js";import{r as d}from"./config.js";import{t as f}from"./preload-helper.js";var p=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:l},config:{attribute:!1},lined:{state:!0}}}static{this.styles=[e,t`
      :host {
        display: block;
      }
      ha-card {
        display: block;
        padding: 16px;
      }
      h2 {
        font-size: var(--ha-card-header-font-size, var(--ha-font-size-2xl, 24px));
        font-weight: var(--ha-font-weight-normal, 400);
        line-height: 1.3;
        margin-block-end: 12px;
      }
      ul {
        list-style: none;
        display: grid;
        gap: 20px;
        grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr));
      }
      ul:has(earlid-speaker[open]) {
        align-items: start;
      }
      ul + p,
      earlid-timeline {
        margin-block-start: 16px;
      }
    `]}constructor(){super(),this.follower=new s(this),this.words=new c(this),this.lined=!1}willUpdate(){this.config&&d(this.config).includes(`timeline`)&&!this.lined&&f(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>void 0),[])}render(){let{hass:e,config:t}=this;if(!e||!t)return n;let r=new a(e);return u`<ha-card>
      ${t.title?u`<h2 class="clip"><bdi>${t.title}</bdi></h2>`:n}
      ${this.words.ready?this.content(r,e,t):n}
    </ha-card>`}content(e,t,r){let{home:i,standing:a}=this.follower;if(!i)return u`${o(e,a)}`;let s=d(r),{speakers:c}=this.choose(i,r);if(!i.speakers.length)return u`<earlid-first-steps .hass=${t} .home=${i}></earlid-first-steps>`;let l=new Set(c.map(({slug:e})=>e)),f=(r.speakers??[]).filter(e=>!l.has(e));return u`
      ${o(e,a)}
      <ul role="list">
        ${c.map(n=>u`<li>
              <earlid-speaker
                bare
                .hass=${t}
                .home=${i}
                .speaker=${n} .day=${e.day(Date.now())}
                .parts=${s}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${f.length?u`<p role="status">${e.t(`card.missing`,{speakers:e.list(f)})}</p>`:n}
      ${s.includes(`timeline`)&&this.lined?u`<earlid-timeline .hass=${t} .home=${this.choose(i,r)}></earlid-timeline>`:n}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};i(`earlid-card-body`,p);