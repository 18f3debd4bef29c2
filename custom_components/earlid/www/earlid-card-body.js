import{C as e,T as t,a as n,b as r,c as i,i as a,l as o,n as s,p as c,r as l,s as u,t as d,x as f,y as p}from"./worded.js";import"./speaker.js";import{r as m}from"./config.js";import{t as h}from"./preload-helper.js";var g=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:c},config:{attribute:!1},lined:{state:!0},gone:{state:!0}}}static{this.styles=[i,o,t`
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
    `]}constructor(){super(),this.follower=new n(this),this.words=new d(this),this.lined=!1,this.gone=!1}willUpdate(){this.config&&m(this.config).includes(`timeline`)&&!this.lined&&!this.gone&&h(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>this.gone=!0),[])}render(){let{hass:t,config:n}=this;if(!t||!n)return f;let r=new p(t);return e`<ha-card>
      ${n.title?e`<h2 class="clip"><bdi>${n.title}</bdi></h2>`:f}
      ${this.words.ready?this.content(r,t,n):f}
    </ha-card>`}content(t,n,r){let{home:i,standing:o,lost:c}=this.follower;if(!i)return e`${a(t,o)}`;let u=m(r),{speakers:d}=this.choose(i,r);if(!i.speakers.length)return e`<earlid-first-steps .hass=${n} .home=${i}></earlid-first-steps>`;let p=new Set(d.map(({slug:e})=>e)),h=(r.speakers??[]).filter(e=>!p.has(e));return e`
      ${a(t,o)} ${l(i)?s(t,`updated`):f}
      <ul role="list">
        ${d.map(r=>e`<li>
              <earlid-speaker
                bare
                ?dense=${d.length>=9}
                .hass=${n}
                .home=${i}
                .speaker=${r} .lost=${c} .day=${t.day(Date.now())}
                .parts=${u}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${h.length?e`<p role="status">${t.t(`card.missing`,{speakers:t.list(h)})}</p>`:f}
      ${u.includes(`timeline`)&&this.lined?e`<earlid-timeline .hass=${n} .home=${this.choose(i,r)}></earlid-timeline>`:f}
      ${this.gone&&!l(i)?s(t,`gone`):f}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};u(`earlid-card-body`,g);