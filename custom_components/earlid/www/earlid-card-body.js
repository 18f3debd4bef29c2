import{C as e,D as t,S as n,T as r,a as i,c as a,i as o,l as s,n as c,p as l,r as u,s as d,t as f,x as p}from"./worded.js";import"./speaker.js";import{r as m}from"./config.js";import{t as h}from"./preload-helper.js";var g=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:l},config:{attribute:!1},lined:{state:!0},gone:{state:!0}}}static{this.styles=[a,s,t`
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
    `]}constructor(){super(),this.follower=new i(this),this.words=new f(this),this.lined=!1,this.gone=!1}willUpdate(){this.config&&m(this.config).includes(`timeline`)&&!this.lined&&!this.gone&&h(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>this.gone=!0),[])}render(){let{hass:t,config:n}=this;if(!t||!n)return e;let i=new p(t);return r`<ha-card>
      ${n.title?r`<h2 class="clip"><bdi>${n.title}</bdi></h2>`:e}
      ${this.words.ready?this.content(i,t,n):e}
    </ha-card>`}content(t,n,i){let{home:a,standing:s,lost:l}=this.follower;if(!a)return r`${o(t,s)}`;let d=m(i),{speakers:f}=this.choose(a,i);if(!a.speakers.length)return r`<earlid-first-steps .hass=${n} .home=${a}></earlid-first-steps>`;let p=new Set(f.map(({slug:e})=>e)),h=(i.speakers??[]).filter(e=>!p.has(e));return r`
      ${o(t,s)} ${u(a)?c(t,`updated`):e}
      <ul role="list">
        ${f.map(e=>r`<li>
              <earlid-speaker
                bare
                ?dense=${f.length>=9}
                .hass=${n}
                .home=${a}
                .speaker=${e} .lost=${l} .day=${t.day(Date.now())}
                .parts=${d}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${h.length?r`<p role="status">${t.t(`card.missing`,{speakers:t.list(h)})}</p>`:e}
      ${d.includes(`timeline`)&&this.lined?r`<earlid-timeline .hass=${n} .home=${this.choose(a,i)}></earlid-timeline>`:e}
      ${this.gone&&!u(a)?c(t,`gone`):e}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};d(`earlid-card-body`,g);