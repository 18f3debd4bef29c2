import{_ as e,a as t,h as n,i as r,l as i,m as a,n as o,p as s,r as c,t as l,y as u}from"./worded.js";import"./speaker.js";import{r as d}from"./config.js";import{t as f}from"./preload-helper.js";var p=class extends a{static{this.properties={hass:{attribute:!1,hasChanged:i},config:{attribute:!1},lined:{state:!0}}}static{this.styles=[t,u`
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
      ul + p,
      earlid-timeline {
        margin-block-start: 16px;
      }
    `]}constructor(){super(),this.follower=new c(this),this.words=new l(this),this.lined=!1}willUpdate(){this.config&&d(this.config).includes(`timeline`)&&!this.lined&&f(()=>import(`./earlid-timeline.js`).then(e=>e.t).then(()=>this.lined=!0,()=>void 0),[])}render(){let{hass:t,config:r}=this;if(!t||!r)return n;let i=new s(t);return e`<ha-card>
      ${r.title?e`<h2 class="clip"><bdi>${r.title}</bdi></h2>`:n}
      ${this.words.ready?this.content(i,t,r):n}
    </ha-card>`}content(t,r,i){let{home:a,standing:s}=this.follower;if(!a)return e`${o(t,s)}`;let c=d(i),{speakers:l}=this.choose(a,i);if(!a.speakers.length)return e`<earlid-first-steps .hass=${r} .home=${a}></earlid-first-steps>`;let u=new Set(l.map(({slug:e})=>e)),f=(i.speakers??[]).filter(e=>!u.has(e));return e`
      ${o(t,s)}
      <ul role="list">
        ${l.map(n=>e`<li>
              <earlid-speaker
                bare
                .hass=${r}
                .home=${a}
                .speaker=${n} .day=${t.day(Date.now())}
                .parts=${c}
              ></earlid-speaker>
            </li>`)}
      </ul>
      ${f.length?e`<p role="status">${t.t(`card.missing`,{speakers:t.list(f)})}</p>`:n}
      ${c.includes(`timeline`)&&this.lined?e`<earlid-timeline .hass=${r} .home=${this.choose(a,i)}></earlid-timeline>`:n}
    `}choose(e,t){if(!t.speakers)return e;if(this.chosen?.from===e&&this.chosen.config===t)return this.chosen.home;let n=new Map(e.speakers.map(e=>[e.slug,e])),r=t.speakers.flatMap(e=>n.get(e)??[]);return this.chosen={from:e,config:t,home:{...e,speakers:r}},this.chosen.home}};r(`earlid-card-body`,p);