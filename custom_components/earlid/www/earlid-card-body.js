import{S as e,a as t,b as n,c as r,f as i,i as a,n as o,o as s,r as c,s as l,t as u,v as d,w as f,y as p}from"./worded.js";import"./speaker.js";import{r as m}from"./config.js";import{t as h}from"./preload-helper.js";var g=class extends p{static{this.properties={hass:{attribute:!1,hasChanged:i},config:{attribute:!1},lined:{state:!0},gone:{state:!0}}}static{this.styles=[l,r,f`
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
    `]}constructor(){super(),this.follower=new t(this),this.words=new u(this),this.lined=!1,this.gone=!1}willUpdate(){this.config&&m(this.config).includes(`timeline`)&&!this.lined&&!this.gone&&h(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>this.gone=!0),[])}render(){let{hass:t,config:r}=this;if(!t||!r)return n;let i=new d(t);return e`<ha-card>
      ${r.title?e`<h2 class="clip"><bdi>${r.title}</bdi></h2>`:n}
      ${this.words.ready?this.content(i,t,r):n}
    </ha-card>`}content(t,r,i){let{home:s,standing:l}=this.follower;if(!s)return e`${a(t,l)}`;let u=m(i),{speakers:d}=this.choose(s,i);if(!s.speakers.length)return e`<earlid-first-steps .hass=${r} .home=${s}></earlid-first-steps>`;let f=new Set(d.map(({slug:e})=>e)),p=(i.speakers??[]).filter(e=>!f.has(e));return e`
      ${a(t,l)} ${c(s)?o(t,`updated`):n}
      <ul role="list">
        ${d.map(n=>e`<li>
              <earlid-speaker
                bare
                ?dense=${d.length>=9}
                .hass=${r}
                .home=${s}
                .speaker=${n} .day=${t.day(Date.now())}
                .parts=${u}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${p.length?e`<p role="status">${t.t(`card.missing`,{speakers:t.list(p)})}</p>`:n}
      ${u.includes(`timeline`)&&this.lined?e`<earlid-timeline .hass=${r} .home=${this.choose(s,i)}></earlid-timeline>`:n}
      ${this.gone&&!c(s)?o(t,`gone`):n}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};s(`earlid-card-body`,g);