import{_ as e,a as t,g as n,h as r,i,n as a,r as o,t as s,u as c,x as l,y as u}from"./worded.js";import"./speaker.js";import{r as d}from"./config.js";import{t as f}from"./preload-helper.js";var p=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:c},config:{attribute:!1},lined:{state:!0}}}static{this.styles=[t,l`
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
    `]}constructor(){super(),this.follower=new o(this),this.words=new s(this),this.lined=!1}willUpdate(){this.config&&d(this.config).includes(`timeline`)&&!this.lined&&f(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>void 0),[])}render(){let{hass:t,config:n}=this;if(!t||!n)return e;let i=new r(t);return u`<ha-card>
      ${n.title?u`<h2 class="clip"><bdi>${n.title}</bdi></h2>`:e}
      ${this.words.ready?this.content(i,t,n):e}
    </ha-card>`}content(t,n,r){let{home:i,standing:o}=this.follower;if(!i)return u`${a(t,o)}`;let s=d(r),{speakers:c}=this.choose(i,r);if(!i.speakers.length)return u`<earlid-first-steps .hass=${n} .home=${i}></earlid-first-steps>`;let l=new Set(c.map(({slug:e})=>e)),f=(r.speakers??[]).filter(e=>!l.has(e));return u`
      ${a(t,o)}
      <ul role="list">
        ${c.map(e=>u`<li>
              <earlid-speaker
                bare
                .hass=${n}
                .home=${i}
                .speaker=${e} .day=${t.day(Date.now())}
                .parts=${s}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${f.length?u`<p role="status">${t.t(`card.missing`,{speakers:t.list(f)})}</p>`:e}
      ${s.includes(`timeline`)&&this.lined?u`<earlid-timeline .hass=${n} .home=${this.choose(i,r)}></earlid-timeline>`:e}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};i(`earlid-card-body`,p);