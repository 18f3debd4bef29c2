import{_ as e,a as t,b as n,d as r,f as i,g as a,h as o,i as s,m as c,n as l,o as u,r as d,t as f,u as p,v as ee,x as m,y as h}from"./worded.js";import{a as g,c as _,i as v,n as y,o as b,r as te,s as x}from"./earlid-timeline.js";import{i as ne,n as S,r as re,t as C}from"./speaker.js";var ie={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},ae=e=>(...t)=>({_$litDirective$:e,values:t}),oe=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:se}=n,w=e=>e,T=()=>document.createComment(``),E=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new se(r.insertBefore(T(),i),r.insertBefore(T(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=w(e).nextSibling;w(r).insertBefore(e,i),e=t}}}return n},D=(e,t,n=e)=>(e._$AI(t,n),e),ce={},le=(e,t=ce)=>e._$AH=t,ue=e=>e._$AH,O=e=>{e._$AR(),e._$AA.remove()},k=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},de=ae(class extends oe{constructor(e){if(super(e),e.type!==ie.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=ue(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=D(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=D(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=D(i[d],a[m]),E(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=D(i[f],a[p]),E(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=k(o,p,m),u=k(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=E(e,i[d]);D(t,a[p]),c[p]=t}else c[p]=D(n,a[p]),E(e,i[d],n),i[t]=null;p++}else O(i[f]),f--}else O(i[d]),d++;for(;p<=m;){let t=E(e,c[m+1]);D(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&O(e)}return this.ut=o,le(e,c),ee}}),A=300,j=e=>typeof e==`string`?e:e===void 0?``:String(e),M=e=>typeof e==`number`&&Number.isFinite(e)?e:0,fe=({kind:e,body:t})=>e===`breach`||e===`activation`&&t?.allowed===!1;function pe(e){if(e.kind===`breach`)return!1;let t=e.body?.allowed;return typeof t==`boolean`?t:void 0}function me(e,t,n){let r=he(e,t);return{entry:t,what:r.length>A?`${r.slice(0,A)}…`:r,who:t.speaker?n?.speakers.find(e=>e.slug===t.speaker)?.name??t.speaker:e.t(`journal.home`),kind:e.t(`journal.kind_${t.kind}`),bad:fe(t)}}function he(e,t){let n=t.body??{};switch(t.kind){case`activation`:return ge(e,n);case`decision`:{let r=te(e,j(n.because),n.because===`rule`?t.rule??(j(n.slug)||null):null),i=n.finishing_playback?`finishing`:n.allowed?`listens`:`muted`;return e.t(`journal.${i}`,{because:r})}case`microphone`:return n.turned_on===void 0?e.t(`journal.microphone`,{state:e.entity(`sensor.microphone.state.${j(n.microphone)}`)}):e.t(`journal.turned_on`);case`command`:return N(e,n);case`breach`:return P(e,n);case`hold`:return F(e,t.at,n);case`lifecycle`:return L(e,n);default:return j(t.kind)}}function ge(e,t){let n=t.outcome===`answered`||t.outcome===`unanswered`?t.outcome:`unknown`;return e.t(`journal.woke_${n}${t.allowed===!1?`_not_allowed`:``}`)}function N(e,t){let n=M(t.lease_s);return t.command===`on`&&n?e.t(`journal.command_lease`,{span:e.span(n)}):e.t(`journal.command`,{command:j(t.command).toUpperCase()})}function P(e,t){let n=e.entity(`binary_sensor.breach.state_attributes.cause.state.${j(t.cause)}`);return t.state===`ended`?e.t(`journal.breach_ended`,{cause:n,span:e.span(M(t.exposed_s))}):e.t(`journal.breach_began`,{cause:n})}function F(e,t,n){if(n.hold!==`mute`&&n.hold!==`listen`)return e.t(`journal.hold_none`);let r=Date.parse(j(n.until));if(n.by_hand)return e.t(`journal.hold_hand`);let i=`journal.hold_${n.hold}`;return Number.isNaN(r)?e.t(i):e.t(`${i}_until`,{until:e.moment(r,t)})}var I=[`start`,`stop`,`gap`,`removed`,`audio_captured`,`cut`,`lost`,`set_aside`];function L(e,t){let n=j(t.event);if(!I.includes(n))return e.t(`journal.event`,{event:n});let r=Date.parse(j(t.since));return e.t(`journal.event_${n}`,{since:Number.isNaN(r)?``:e.moment(r),records:M(t.records),span:e.span(M(t.seconds)),file:j(t.file)})}var _e=e=>JSON.stringify({seq:e.seq,id:e.id,at:ve(e.at),kind:e.kind,speaker:e.speaker,...e.body},null,2),ve=e=>Number.isFinite(e)&&Math.abs(e)<864e13?new Date(e).toISOString():String(e),ye=[`activation`,`decision`,`microphone`,`command`,`breach`,`hold`,`lifecycle`],be=[`answered`,`unanswered`,`unknown`];function R(e,t,n=0){let r=t?Date.parse(`${t}T00:00:00Z`):NaN;return Number.isNaN(r)||r<0?void 0:e.dayStart(r+n*v)}function z(e,t){let n=R(t,e.from),r=R(t,e.to,1);return{...n!==void 0&&{start:n},...r!==void 0&&(n===void 0||r>n)&&{end:r},...e.kind&&{kinds:[e.kind]},...e.speaker!==void 0&&{speakers:[e.speaker]},...e.outcome&&(!e.kind||e.kind===`activation`)&&{outcomes:[e.outcome],kinds:[`activation`]}}}function xe(e,t,n){if(e.outcome&&t.body?.outcome!==e.outcome||e.allowed!==void 0&&pe(t)!==e.allowed)return!1;let r=e.text?.trim().toLocaleLowerCase();if(!r)return!0;let{what:i,who:a,kind:o}=n();return[i,a,o,JSON.stringify(t.body)].some(e=>e?.toLocaleLowerCase().includes(r))}function Se(e,t,n){let{start:r,end:i,kinds:a,speakers:o}=z(e,t),s=new URLSearchParams({format:n});return r!==void 0&&s.set(`start`,new Date(r).toISOString()),i!==void 0&&s.set(`end`,new Date(i).toISOString()),a&&s.set(`kinds`,a.join(`,`)),o&&s.set(`speakers`,o.join(`,`)),`/api/earlid/journal?${s}`}var B=`*`;function Ce(t,n,r,i,a){let o=(e,t,n=!1)=>{let{[e]:a,...o}=r;i(t===void 0?o:{...o,[e]:t},n)},s=(e,n,i=e=>e)=>h`<label>${t.t(`journal.${e}`)}
      <select
        @change=${t=>{let n=t.target.value;o(e,n===B?void 0:i(n))}}
      >
        <option value=${B} ?selected=${r[e]===void 0}>${t.t(`journal.all`)}</option>
        ${n.map(([t,n])=>h`<option value=${t} ?selected=${r[e]===i(t)}>${n}</option>`)}
      </select>
    </label>`,c=e=>h`<label>${t.t(`journal.${e}`)}
      <input type="date" .value=${r[e]??``} @change=${t=>o(e,t.target.value||void 0,!0)} />
    </label>`,l=[[`yes`,t.t(`journal.permitted`)],[`no`,t.t(`journal.not_permitted`)]],u=n.speakers.map(e=>[e.slug,e.name]);return n.is_admin&&u.push([``,t.t(`journal.home`)]),h`<div class="bar" role="search" aria-label=${t.t(`journal.filter`)}>
    ${s(`speaker`,u)}
    ${s(`kind`,ye.map(e=>[e,t.t(`journal.kind_${e}`)]))}
    ${s(`outcome`,be.map(e=>[e,t.entity(`event.activation.state_attributes.event_type.state.${e}`)]))}
    ${s(`allowed`,l,e=>e===`yes`)}
    ${c(`from`)} ${c(`to`)}
    <label>${t.t(`journal.text`)}
      <input type="search" .value=${r.text??``} @input=${e=>o(`text`,e.target.value||void 0)} />
    </label>
    ${a?h`<div class="export" role="group" aria-label=${t.t(`journal.export`)}>
            <button type="button" title=${t.t(`journal.export_jsonl`)} @click=${()=>a(`jsonl`)}>JSON Lines</button>
            <button type="button" title=${t.t(`journal.export_csv`)} @click=${()=>a(`csv`)}>CSV</button>
          </div>`:e}
  </div>`}async function we(e,t,n){let r=await e.fetchWithAuth(t);if(!r.ok){let e=await r.json().catch(()=>({}));throw Error(e.message??String(r.status))}let i=URL.createObjectURL(await r.blob()),a=document.createElement(`a`);a.href=i,a.download=n,a.target=`_blank`,a.click(),setTimeout(()=>URL.revokeObjectURL(i),6e4)}function Te(t,n,r,i){let{entry:a,what:o,who:s,kind:c,bad:l}=n,{index:u,open:d,active:f}=r;return h`<div
    class="row ${l?`bad`:``} ${d?`open`:``}"
    role="row"
    aria-rowindex=${u+2}
    aria-expanded=${d}
    data-id=${a.id}
    tabindex=${f?0:-1}
    style="transform: translateY(${r.top}px)"
    @click=${i}
  >
    <span class="cell when" role="gridcell">${t.date(a.at)} ${t.seconds(a.at)}</span>
    <span class="cell who" role="gridcell" title=${s}>${s}</span>
    <span class="cell kind" role="gridcell">${c}</span>
    <span class="cell what" role="gridcell" title=${o}>${o}</span>
    <span class="more" aria-hidden="true">▾</span>
    ${d?h`<pre role="gridcell" tabindex="0" aria-label=${t.t(`journal.record`)}>${_e(a)}</pre>`:e}
  </div>`}var V=e=>h`<p class="note" role="row"><span role="gridcell">${e}</span></p>`;function Ee(t,n,r,i,a){return r.loading?V(t.t(`journal.loading`)):r.more&&!i?V(h`<button type="button" @click=${a}>${t.t(`journal.further`)}</button>`):n||r.more?e:V(t.t(`journal.none`))}var H=1e3,De=class{constructor(){this.records=[],this.more=!0,this.failed=!1,this.loading=!1,this.asked={},this.question=0}ask(e){this.asked=e,this.records=[],this.more=!0,this.loading=!1,this.failed=!1,this.question++}async next(e){if(this.loading||!this.more)return!1;let t=this.records.at(-1)?.seq;return this.read(e,t===void 0?{}:{before_seq:t},(e,t)=>{this.records=[...this.records,...e],this.more=t&&e.length>0})}async top(e,t){return!this.loading&&this.read(e,{},(e,n)=>{let r=this.records[0]?.seq??-1;if(e.length&&e.every(e=>e.seq>r)&&n){this.records=e,this.more=!0;return}let i=new Map(e.map(e=>[e.id,e])),a=e.filter(e=>e.seq>r);this.records=[...a,...this.records.map(e=>Oe(e,i.get(e.id)))],this.records.length||(this.more=n),t&&this.records.length>H&&(this.records=this.records.slice(0,H),this.more=!0)})}async read(e,t,n){let{question:i}=this;this.loading=!0;try{let a=await r(e,{...this.asked,...t,limit:200});if(i!==this.question)return!1;n(a.records??[],a.more),this.failed=!1}catch(e){if(i!==this.question)return!1;this.failed||console.warn(`Earlid's journal could not be read`,e),this.failed=!0}return this.loading=!1,!0}},Oe=(e,t)=>t&&JSON.stringify(t)!==JSON.stringify(e)?t:e,ke=m`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--primary-text-color);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: flex-end;
    padding-block-end: 12px;
  }
  .bar label {
    display: flex;
    flex-direction: column;
    gap: 2px;
    font-size: 0.8125em;
    color: var(--secondary-text-color);
    min-inline-size: 0;
  }
  .bar input[type="search"] {
    inline-size: 20ch;
  }
  .export {
    display: flex;
    gap: 4px;
    margin-inline-start: auto;
  }
  .grid {
    border: 1px solid var(--divider-color);
    border-radius: 8px;
    overflow: hidden;
  }
  .rows {
    position: relative;
    block-size: min(60vh, 520px);
    min-block-size: 240px;
    overflow-y: auto;
    overflow-x: hidden;
    overflow-anchor: none;
    overscroll-behavior: auto;
  }
  .row,
  .head {
    display: grid;
    grid-template-columns: 168px minmax(80px, 1fr) 120px minmax(0, 3fr) 24px;
    gap: 0 12px;
    padding-inline: 12px;
    align-items: center;
    box-sizing: border-box;
  }
  .head {
    block-size: 36px;
    font-size: 0.8125em;
    color: var(--secondary-text-color);
    border-block-end: 1px solid var(--divider-color);
    scrollbar-gutter: stable;
  }
  .row {
    position: absolute;
    inset-inline: 0;
    top: 0;
    grid-template-rows: var(--row);
    align-content: start;
    block-size: var(--row);
    border-block-end: 1px solid var(--divider-color);
    cursor: pointer;
    --row: ${44}px;
    background: var(--card-background-color, transparent);
  }
  .row.open {
    block-size: calc(var(--row) + ${208}px);
    grid-template-rows: var(--row) ${208}px;
  }
  .row:focus-visible {
    outline-offset: -2px;
    z-index: 1;
  }
  .cell {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-inline-size: 0;
  }
  .when {
    font-variant-numeric: tabular-nums;
  }
  .when,
  .kind {
    color: var(--secondary-text-color);
  }
  .bad .what {
    color: var(--error-color);
    font-weight: 600;
  }
  .bad .what::before {
    content: "! ";
  }
  .more {
    text-align: end;
    color: var(--secondary-text-color);
  }
  .open .more {
    transform: rotate(180deg);
    text-align: start;
  }
  pre {
    grid-column: 1 / -1;
    margin: 0;
    block-size: ${196}px;
    overflow: auto;
    padding: 8px;
    box-sizing: border-box;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    direction: ltr;
    text-align: start;
    cursor: text;
    border-radius: 6px;
    background: color-mix(in srgb, var(--primary-text-color) 6%, transparent);
  }
  .note {
    padding: 16px;
    color: var(--secondary-text-color);
  }
  .failed {
    color: var(--error-color);
  }
  @container (max-width: 640px) {
    .head {
      display: none;
    }
    .row {
      --row: ${62}px;
      grid-template-columns: minmax(0, auto) minmax(0, 1fr) 24px;
      grid-template-rows: 26px 30px;
      gap: 0 8px;
      padding-block-start: 4px;
    }
    .row.open {
      grid-template-rows: 26px 30px ${208}px;
    }
    .row .kind {
      display: none;
    }
    .row .what {
      grid-row: 2;
      grid-column: 1 / 3;
    }
    .row .more {
      grid-row: 1 / 3;
      grid-column: 3;
    }
    pre {
      grid-row: 3;
    }
  }
`,U=1e3,Ae=3e4,je=class{constructor(e){this.renew=e}look(e,t){return e&&y(e,t)?(this.later(U),!0):(this.seldom??=setTimeout(()=>{this.seldom=void 0,this.later(0)},Ae),!1)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.renew()},e)}stop(){clearTimeout(this.timer),clearTimeout(this.seldom),this.timer=this.seldom=void 0}},W=(e,t)=>t*e.height+(e.open>=0&&t>e.open?e.extra:0),Me=e=>W(e,e.count);function G(e,t){let{height:n,open:r,extra:i}=e,a=Math.floor(t/n);return r<0||a<=r?a:Math.max(r,Math.floor((t-i)/n))}function K(e,t,n,r=6){let i=Math.max(0,G(e,t)-r),a=Math.min(e.count,G(e,t+n)+1+r);return[Math.min(i,a),a]}function Ne(e,t,n,r){let i=W(e,t),a=i+e.height+(t===e.open?e.extra:0);return i<n||a-i>r?i:a>n+r?a-r:n}function Pe(e,t,n,r){let i={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+n,PageUp:t-n,Home:0,End:r-1}[e];return i===void 0?void 0:Math.max(0,Math.min(i,r-1))}var Fe=250,q=5e3,Ie=40,J=5,Le=class extends _{static{this.properties={home:{attribute:!1},filter:{state:!0},opened:{state:!0},active:{state:!0},note:{state:!0}}}static{this.styles=[x,b,ke]}constructor(){super(),this.pages=new De,this.shown=[],this.rows=new WeakMap,this.narrow=!1,this.scrolled=0,this.seen=520,this.searched=0,this.frame=0,this.watch=new je(()=>void this.renew()),this.begun=!1,this.sizes=new ResizeObserver(()=>this.measure()),this.further=()=>{this.searched=0,this.requestUpdate()},this.change=(e,t)=>{let n=g.of(this.words?.zone),r=JSON.stringify(z(e,n))!==JSON.stringify(z(this.filter,n));this.filter=e,this.searched=0,this.opened=void 0,this.roll(0),r&&(this.pages.ask(z(e,n)),this.watch.stop(),setTimeout(()=>void this.next(),t?Fe:0))},this.save=async e=>{let{hass:t,words:n}=this;if(t&&n){this.note=``;try{await we(t,Se(this.filter,g.of(n.zone),e),`earlid-journal.${e}`)}catch(e){this.note=n.t(`journal.not_exported`,{error:e instanceof Error?e.message:String(e)})}}},this.keys=e=>{if(e.target.closest(`pre, button`)||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.shown.findIndex(e=>e.id===this.active),n=Math.max(1,Math.floor(this.seen/this.list.height)-1),r=Pe(e.key,t,n,this.shown.length);if(r!==void 0)this.go(r);else if(e.key===`Enter`||e.key===` `)this.toggle(this.active);else if(e.key===`Escape`&&this.opened!==void 0)this.opened=void 0;else return;e.preventDefault(),e.stopPropagation()},this.scrolls=()=>{this.frame||=requestAnimationFrame(()=>{this.frame=0,this.scrolled=this.scroller?.scrollTop??0,this.requestUpdate()})},this.filter={},this.note=``}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.begun&&this.watch.later(U)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),cancelAnimationFrame(this.frame),this.watch.stop(),this.frame=0}shownOtherwise(e){this.rows=new WeakMap,e&&this.watch.later(U)}willUpdate(e){e.has(`home`)&&this.home&&this.hass&&this.look(e.get(`home`),this.home),this.sift(),this.shown.some(e=>e.id===this.active)||(this.active=this.shown[0]?.id)}look(e,t){this.begun?this.watch.look(e,t)&&(this.rows=new WeakMap):(this.begun=!0,this.next())}row(e){let t=this.rows.get(e);return!t&&this.words&&(t=me(this.words,e,this.home),this.rows.set(e,t)),t}sift(){let{filter:e}=this;if(!this.words)return;let t=e.outcome===void 0&&e.allowed===void 0&&!e.text?.trim();this.shown=t?this.pages.records:this.pages.records.filter(t=>xe(e,t,()=>this.row(t)))}get list(){return{count:this.shown.length,height:this.narrow?62:44,open:this.opened===void 0?-1:this.shown.findIndex(e=>e.id===this.opened),extra:208}}render(){let{words:t,home:n,pages:r}=this;if(!t?.ready||!n)return e;let i=this.list,[a,o]=K(i,this.scrolled,this.seen),s=Array.from({length:o-a},(e,t)=>a+t),c=this.shown.findIndex(e=>e.id===this.active);return c>=0&&(c<a||c>=o)&&s.push(c),h`<div dir=${t.rightToLeft?`rtl`:`ltr`}>
      ${Ce(t,n,this.filter,this.change,n.is_admin?this.save:void 0)}
      ${this.note||r.failed?h`<p class="failed" role="alert">${this.note||t.t(`journal.failed`)}</p>`:e}
      <div
        class="grid"
        role="treegrid"
        aria-label=${t.t(`journal.title`)}
        aria-rowcount=${r.more?-1:i.count+1}
        aria-busy=${r.loading}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${[`when`,`who`,`kind`,`what`].map(e=>h`<span role="columnheader">${t.t(`journal.${e}`)}</span>`)}
        </div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolls} @keydown=${this.keys}>
          <div style="block-size: ${Me(i)}px" role="presentation">
            ${de(s,e=>this.shown[e]?.id,e=>this.line(e,i))}
          </div>
          ${Ee(t,this.shown.length,r,this.searched<J,this.further)}
        </div>
      </div>
    </div>`}line(t,n){let r=this.shown[t];if(!r||!this.words)return e;let i={index:t,top:W(n,t),open:t===n.open,active:r.id===this.active};return Te(this.words,this.row(r),i,e=>this.clicked(e,r))}updated(){this.measure();let e=this.list,[,t]=K(e,this.scrolled,this.seen);this.begun&&this.pages.more&&!this.pages.loading&&!this.pages.failed&&t+Ie>e.count&&this.searched<J&&this.next()}async next(){let{hass:e}=this;if(!e)return;let t=this.shown.length,n=this.pages.next(e);this.requestUpdate(),await n&&(this.sift(),this.searched=this.shown.length>t?0:this.searched+1,this.pages.failed&&this.watch.later(q),this.requestUpdate())}async renew(){let{hass:e,pages:t}=this;if(!e||!this.isConnected)return;let n=this.scrolled<4,r=this.shown[0]?.id;if(t.loading||!await t.top(e,n)){this.watch.later(U);return}t.failed&&this.watch.later(q),this.sift();let i=this.shown.findIndex(e=>e.id===r);this.requestUpdate(),n||i<=0||(await this.updateComplete,this.roll(this.scrolled+i*this.list.height))}clicked(e,t){e.target.closest(`pre`)||(this.active=t.id,this.toggle(t.id))}toggle(e){this.opened=this.opened===e?void 0:e}async go(e){this.active=this.shown[e]?.id,this.roll(Ne(this.list,e,this.scrolled,this.seen)),await this.updateComplete;let t=CSS.escape(this.active??``);this.renderRoot.querySelector(`.row[data-id="${t}"]`)?.focus({preventScroll:!0})}get scroller(){return this.renderRoot?.querySelector(`.rows`)??null}roll(e){let{scroller:t}=this;t&&(t.scrollTop=e),this.scrolled=t?.scrollTop??0,this.requestUpdate()}measure(){let e=this.scroller?.clientHeight??0,t=this.clientWidth>0&&this.clientWidth<=640;(e&&e!==this.seen||t!==this.narrow)&&(this.seen=e||this.seen,this.narrow=t,this.requestUpdate())}};customElements.get(`earlid-journal`)??customElements.define(`earlid-journal`,Le);var Re=class extends a{static{this.properties={hass:{attribute:!1,hasChanged:p},home:{attribute:!1},asking:{state:!0}}}static{this.styles=[t,u,m`
      :host {
        display: block;
      }
      .large {
        inline-size: 100%;
        min-block-size: 72px;
        border-width: 2px;
        justify-content: flex-start;
        padding: 12px 20px;
        gap: 16px;
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
        background: var(--ha-card-background, var(--card-background-color));
      }
      .large[aria-pressed="true"] {
        border-color: var(--error-color);
        border-width: 4px;
      }
      /* That it is on must be read by those too who may not lift it. */
      .large[aria-disabled="true"] {
        opacity: 1;
      }
      .large ha-icon {
        --mdc-icon-size: 32px;
      }
      .large strong {
        display: block;
        font-size: var(--ha-font-size-l, 16px);
      }
      .large .quiet {
        font-weight: 400;
      }
      .ask {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: center;
        margin-block-start: 8px;
        padding: 12px 20px;
        border: 1px solid var(--divider-color);
        border-radius: var(--earlid-radius);
      }
      .ask p {
        flex: 1 1 24ch;
      }
      .reason {
        margin-block-start: 6px;
      }
    `]}constructor(){super(),this.presses=new C(this),this.asking=!1}willUpdate(e){let t=e.get(`home`);t&&this.home&&t.lockdown!==this.home.lockdown&&(this.presses.answered(),this.asking=!1)}updated(e){e.has(`asking`)&&this.asking&&this.renderRoot.querySelector(`[data-deed=keep]`)?.focus()}render(){let{hass:t,home:n}=this;if(!t||!n?.lockdown_entity)return e;let r=new o(t),i=n.lockdown,a=i&&!n.may_allow,s=this.presses.stageOf(`lockdown`);return h`
      <button
        type="button"
        class="large"
        data-deed="lockdown"
        aria-pressed=${i?`true`:`false`}
        aria-disabled=${a||this.presses.busy?`true`:`false`}
        aria-describedby=${a?`why-not`:e}
        @click=${()=>this.pressed(i,a)}
      >
        ${s===`sending`?h`<span class="busy" aria-hidden="true"></span>`:h`<ha-icon icon=${i?`mdi:lock`:`mdi:lock-open-outline`}></ha-icon>`}
        <span aria-live="polite">
          <strong>${s?r.t(`panel.${s}`):i?r.t(`panel.locked`):r.entity(`switch.lockdown.name`)}</strong>
          <span class="quiet">${r.t(i?`panel.lockdown_on`:`panel.lockdown_off`)}</span>
        </span>
      </button>
      ${a?h`<p class="reason quiet" id="why-not">${r.t(`panel.lift_admins_only`)}</p>`:e}
      ${this.asking?this.question(r):e}
      ${this.presses.error===null?e:h`<p class="error" role="alert">${r.apart(this.presses.error)}</p>`}
    `}question(e){let t=e=>{this.asking=!1,e&&this.turn(`turn_off`),this.renderRoot.querySelector(`.large`)?.focus()};return h`<div
      class="ask"
      role="group"
      aria-labelledby="question"
      @keydown=${e=>e.key===`Escape`&&t(!1)}
    >
      <p id="question">${e.t(`panel.lift_question`)}</p>
      <button type="button" data-deed="lift" @click=${()=>t(!0)}>
        <ha-icon icon="mdi:lock-open-outline"></ha-icon>${e.t(`panel.lift`)}
      </button>
      <button type="button" class="main" data-deed="keep" @click=${()=>t(!1)}>${e.t(`panel.keep`)}</button>
    </div>`}pressed(e,t){t||this.presses.busy||(e?this.asking=!this.asking:this.turn(`turn_on`))}turn(e){let{hass:t,home:n}=this,r=n?.lockdown_entity;t&&r&&this.presses.press(`lockdown`,t,()=>t.callService(`switch`,e,{},{entity_id:r},!1))}};s(`earlid-lockdown`,Re);var ze=8,Be=class extends a{static{this.properties={hass:{attribute:!1,hasChanged:p},home:{attribute:!1},whole:{state:!0}}}static{this.styles=[t,u,m`
      ul {
        list-style: none;
        display: grid;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding-block: 10px;
      }
      li + li {
        border-block-start: 1px solid var(--divider-color);
      }
      li > div {
        flex: 1 1 24ch;
        min-inline-size: 0;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      ul + .actions {
        margin-block-start: 12px;
      }
    `]}constructor(){super(),this.presses=new C(this),this.whole=!1}render(){let{hass:t,home:n}=this;if(!t||!n?.unguarded.length)return e;let r=new o(t),i=n.unguarded,a=this.whole?i:i.slice(0,ze);return h`
      <p class="quiet">${r.t(`unguarded.explain`)}</p>
      <ul role="list">
        ${a.map(e=>h`<li>${this.device(r,t,n,e)}</li>`)}
      </ul>
      <div class="actions">
        <button type="button" @click=${()=>ne(re)}>${r.t(`unguarded.options`)}</button>
        ${a.length<i.length?h`<button type="button" @click=${()=>this.show()}>
                ${r.t(`panel.all_unguarded`,{n:r.number(i.length)})}
              </button>`:e}
      </div>
    `}device(t,n,r,{device_id:a,name:o,area:s,model:c,why:l}){let u=S(this,n,r.entry_id,{add:`speaker`,typed:{device_id:a}}),d=[s,c].filter(e=>e!==null&&e!==``).map(e=>t.apart(String(e))),f=this.presses.stageOf(a);return h`<div>
        <p class="clip">
          <bdi>${o}</bdi>${d.length?h`<span class="quiet"> · ${d.join(` · `)}</span>`:e}
        </p>
        <p class="quiet">${t.t(`unguarded.${l}`)}</p>
        ${this.presses.refused===a&&this.presses.error!==null?h`<p class="error" role="alert">${t.apart(this.presses.error)}</p>`:e}
      </div>
      <div class="actions">
        <button
          type="button"
          data-deed="guard"
          class="main"
          aria-label=${t.t(`unguarded.guard_device`,{device:o})}
          @click=${u}
        >
          <ha-icon icon="mdi:plus"></ha-icon>${t.t(`unguarded.guard`)}
        </button>
        <button
          type="button"
          data-deed="leave_alone"
          aria-label=${f?e:t.t(`unguarded.leave_device_alone`,{device:o})}
          aria-disabled=${this.presses.busy?`true`:`false`}
          @click=${()=>this.presses.press(a,n,()=>i(n,a))}
        >
          <span aria-live="polite">${t.t(f?`panel.${f}`:`unguarded.leave_alone`)}</span>
        </button>
      </div>`}show(){this.whole=!0}};s(`earlid-unguarded`,Be);var Y=600,X=(e,t)=>{let n=e?.[t];return Number.isFinite(n)?n:0};function Ve(e,t){let n=Array(168).fill(0),r=Array(168).fill(0);for(let i of e.speakers)if(t===void 0||i.speaker===t)for(let e=0;e<n.length;e++)n[e]=X(n,e)+X(i.wakes,e),r[e]=X(r,e)+X(i.unanswered,e);return{wakes:n,unanswered:r,most:Math.max(...n),total:Z(n)}}var Z=e=>e.reduce((e,t)=>e+(Number.isFinite(t)?t:0),0);function He(e){let t=Z(e.wakes??[]),n=Z(e.unanswered??[]);return{speaker:e.speaker,name:e.name,wakes:t,unanswered:n,share:t?n/t:null,perHour:e.live>=Y?t/(e.live/3600):null}}function Ue(e){let t=e.speakers.map(He).sort((e,t)=>t.wakes-e.wakes),n={wakes:0,unanswered:0,live:0};for(let e of t)n.wakes+=e.wakes,n.unanswered+=e.unanswered;for(let t of e.speakers)n.live+=Number.isFinite(t.live)?t.live:0;return{each:t,all:{speaker:``,name:``,wakes:n.wakes,unanswered:n.unanswered,share:n.wakes?n.unanswered/n.wakes:null,perHour:n.live>=Y?n.wakes/(n.live/3600):null}}}var We=[`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`,`sunday`];function Ge(e,t){let n=We.indexOf(e),r=n>=0?n:Q(t);return Array.from({length:7},(e,t)=>(r+t)%7)}function Q(e){try{let t=new Intl.Locale(e),n=(t.getWeekInfo?.()??t.weekInfo)?.firstDay;return n?n-1:0}catch{return 0}}var Ke=(e,t)=>e<=0||t<=0?0:Math.max(1,Math.ceil(Math.sqrt(e/t)*4)),qe=m`
  :host {
    display: block;
    color: var(--primary-text-color);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-block-end: 12px;
  }
  .group {
    display: flex;
    gap: 4px;
  }
  .both {
    display: flex;
    flex-wrap: wrap;
    gap: 16px 32px;
    align-items: flex-start;
  }
  .heat {
    flex: 3 1 480px;
    min-inline-size: 0;
  }
  .sums {
    flex: 1 1 300px;
    min-inline-size: 0;
    overflow-x: auto;
  }
  table {
    border-collapse: separate;
    border-spacing: 2px;
    inline-size: 100%;
    font-size: 0.8125em;
    font-variant-numeric: tabular-nums;
  }
  .heat table {
    table-layout: fixed;
  }
  th {
    font-weight: 400;
    color: var(--secondary-text-color);
    padding: 2px;
    overflow: hidden;
  }
  .heat th.side {
    inline-size: 44px;
    text-align: start;
    white-space: nowrap;
  }
  .heat td {
    text-align: center;
    block-size: 24px;
    padding: 0;
    border-radius: 4px;
    overflow: hidden;
    background: color-mix(in srgb, var(--primary-text-color) 4%, transparent);
  }
  .heat td.s1 {
    background: color-mix(in srgb, var(--primary-color) 16%, var(--card-background-color, transparent));
  }
  .heat td.s2 {
    background: color-mix(in srgb, var(--primary-color) 28%, var(--card-background-color, transparent));
  }
  .heat td.s3 {
    background: color-mix(in srgb, var(--primary-color) 40%, var(--card-background-color, transparent));
  }
  .heat td.s4 {
    background: color-mix(in srgb, var(--primary-color) 54%, var(--card-background-color, transparent));
  }
  .sums th,
  .sums td {
    padding: 4px 8px;
    text-align: end;
  }
  .sums th:first-child {
    text-align: start;
    max-inline-size: 16ch;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .sums tbody th {
    color: var(--primary-text-color);
  }
  .sums tfoot th,
  .sums tfoot td {
    border-block-start: 1px solid var(--divider-color);
    color: var(--primary-text-color);
    font-weight: 600;
  }
  .share {
    white-space: nowrap;
  }
  .share > span {
    display: inline-block;
    inline-size: 40px;
    block-size: 8px;
    margin-inline-end: 6px;
    border: 1px solid var(--secondary-text-color);
    border-radius: 2px;
    background: linear-gradient(var(--secondary-text-color) 0 0) no-repeat 0 0 / var(--part) 100%;
  }
  :host([dir="rtl"]) .share > span {
    background-position: 100% 0;
  }
  @media (max-width: 500px) {
    .share > span {
      display: none;
    }
    .sums th,
    .sums td {
      padding-inline: 2px;
    }
  }
  p {
    margin: 8px 0 0;
    color: var(--secondary-text-color);
    font-size: 0.875em;
  }
  p.failed {
    color: var(--error-color);
  }
`,Je=[7,30,90],Ye=3e3,Xe=1e4,Ze=640,Qe=class extends _{static{this.properties={home:{attribute:!1},days:{state:!0},speaker:{state:!0},answer:{state:!0},failed:{state:!0},narrow:{state:!0}}}static{this.styles=[x,b,qe]}constructor(){super(),this.asked=0,this.sizes=new ResizeObserver(([e])=>{e&&(this.narrow=e.contentRect.width<Ze)}),this.choose=e=>{this.speaker=e.target.value||void 0},this.days=30,this.failed=!1,this.narrow=!1}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.hasUpdated&&this.later(0)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),clearTimeout(this.timer),this.timer=void 0}shownOtherwise(e){(e||!this.answer)&&this.later(0),this.dir=this.words?.rightToLeft?`rtl`:`ltr`}willUpdate(e){if(!e.has(`home`)||!this.home)return;let t=e.get(`home`);t?$e(t,this.home)&&this.later(Ye):this.later(0),this.speaker!==void 0&&!this.home.speakers.some(e=>e.slug===this.speaker)&&(this.speaker=void 0)}render(){let{words:t,home:n,answer:r}=this;return!t?.ready||!n?e:h`<div class="bar">
        <select aria-label=${t.t(`wakes.speaker`)} @change=${this.choose}>
          <option value="" ?selected=${this.speaker===void 0}>${t.t(`wakes.all`)}</option>
          ${n.speakers.map(e=>h`<option value=${e.slug} ?selected=${e.slug===this.speaker}>${e.name}</option>`)}
        </select>
        <div class="group" role="group" aria-label=${t.t(`wakes.span`)}>
          ${Je.map(e=>h`<button type="button" aria-pressed=${e===this.days} @click=${()=>this.span(e)}>${t.t(`wakes.days`,{days:e})}</button>`)}
        </div>
      </div>
      ${this.failed?h`<p class="failed" role="alert">${t.t(`wakes.failed`)}</p>`:e}
      ${r?this.shown(r,n):e}`}shown(e,t){let n=this.words,r=Ve(e,this.speaker),{each:i,all:a}=Ue(e),o=this.speaker===void 0?i:i.filter(e=>e.speaker===this.speaker);return h`<div class="both" aria-busy=${!1}>
      <div class="heat">
        ${this.map(r)}
        <p>${n.t(r.total?`wakes.zone`:`wakes.none`)}</p>
      </div>
      <div class="sums" tabindex="0" role="region" aria-label=${n.t(`wakes.sums`)}>
        ${this.table(o,this.speaker===void 0&&i.length>1?a:void 0)}
        <p>${n.t(`wakes.reference`,{rate:n.number(t.reference_per_hour,2)})}</p>
      </div>
    </div>`}map(e){let t=this.words,n=this.hass?.locale,r=Ge(n?.first_weekday??``,t.language),i=Array.from({length:24},(e,t)=>t),a=(e,n)=>h`<th scope=${n} class=${n===`row`?`side`:``}><abbr title=${t.weekday(e,`long`)} style="text-decoration: none">${t.weekday(e)}</abbr></th>`,o=(e,t)=>h`<th scope=${t} class=${t===`row`?`side`:``}>${this.hour(e,t===`row`)}</th>`,[s,c]=this.narrow?[r,i]:[i,r],[l,u]=this.narrow?[a,o]:[o,a];return h`<table>
      <caption class="unseen">${t.t(`wakes.caption`,{total:e.total})}</caption>
      <thead><tr><td class="side" style="inline-size: 44px; background: none"></td>${s.map(e=>l(e,`col`))}</tr></thead>
      <tbody>
        ${c.map(t=>h`<tr>${u(t,`row`)}${s.map(n=>this.narrow?this.cell(e,n,t):this.cell(e,t,n))}</tr>`)}
      </tbody>
    </table>`}cell(e,t,n){let r=this.words,i=t*24+n,[a=0,o=0]=[e.wakes[i],e.unanswered[i]];if(!a)return h`<td><span class="unseen">0</span></td>`;let s=r.t(`wakes.cell`,{day:r.weekday(t,`long`),from:this.hour(n,!0),to:this.hour((n+1)%24,!0),count:a,unanswered:o});return h`<td class="s${Ke(a,e.most)}" title=${s}>${r.number(a)}</td>`}table(t,n){let r=this.words,i=(e,t)=>h`<tr>
      <th scope="row" title=${t}>${t}</th>
      <td>${r.number(e.wakes)}</td>
      <td>${r.number(e.unanswered)}</td>
      <td class="share">${e.share===null?`–`:h`<span style="--part: ${e.share*100}%"></span>${r.percent(e.share)}`}</td>
      <td>${e.perHour===null?`–`:r.number(e.perHour,2)}</td>
    </tr>`;return h`<table>
      <caption class="unseen">${r.t(`wakes.sums`)}</caption>
      <thead><tr>
        <th scope="col">${r.t(`wakes.name`)}</th>
        ${[`count`,`unanswered`,`share`,`per_hour`].map(e=>h`<th scope="col">${r.t(`wakes.${e}`)}</th>`)}
      </tr></thead>
      <tbody>${t.map(e=>i(e,e.name))}</tbody>
      ${n?h`<tfoot>${i(n,r.t(`wakes.together`))}</tfoot>`:e}
    </table>`}hour(e,t){let n=this.words;return n.twelve?t?new Intl.DateTimeFormat(n.language,{hour:`numeric`,hourCycle:`h12`,timeZone:`UTC`}).format(e*36e5):String(e%12||12):String(e).padStart(2,`0`)+(t?`:00`:``)}span(e){this.days=e,clearTimeout(this.timer),this.timer=void 0,this.later(0)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.ask()},e)}async ask(){let{hass:e,home:t}=this;if(!e||!t||!this.isConnected)return;let n=++this.asked,r=Date.now();try{let t=await c(e,r-this.days*v,r);if(n!==this.asked)return;this.answer={...t,speakers:t.speakers??[]},this.failed=!1}catch(e){if(n!==this.asked)return;this.failed||console.warn(`Earlid's activations could not be read`,e),this.failed=!0,this.isConnected&&this.later(Xe)}}};function $e(e,t){let n=y(e,t);if(!n)return!1;if(!n.speakers)return!0;let r=e=>JSON.stringify(e.speakers.map(e=>[e.last_activation,e.activations_today]));return r(e)!==r(t)}customElements.get(`earlid-wakes`)??customElements.define(`earlid-wakes`,Qe);var $=class extends a{static{this.properties={hass:{attribute:!1,hasChanged:p},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},panel:{attribute:!1}}}static{this.styles=[t,u,m`
      :host {
        display: block;
        min-block-size: 100%;
        background: var(--primary-background-color);
        font-family: var(--ha-font-family-body, sans-serif);
      }
      header {
        position: sticky;
        inset-block-start: 0;
        z-index: 4;
        display: flex;
        align-items: center;
        gap: 12px;
        block-size: calc(var(--header-height, 56px) + var(--safe-area-inset-top, 0px));
        padding-block-start: var(--safe-area-inset-top, 0px);
        padding-inline: 12px;
        background: var(--app-header-background-color, var(--primary-background-color));
        color: var(--app-header-text-color, var(--primary-text-color));
        border-block-end: var(--app-header-border-bottom, 1px solid var(--divider-color));
        box-sizing: border-box;
      }
      h1 {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: 400;
        margin: 0;
        margin-inline-start: 12px;
        flex: none;
      }
      header .summary {
        margin-inline-start: auto;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      main {
        display: grid;
        gap: 24px;
        max-inline-size: 1280px;
        margin-inline: auto;
        padding: 16px;
        padding-block-end: calc(32px + var(--safe-area-inset-bottom, 0px));
        box-sizing: border-box;
      }
      main > * {
        min-inline-size: 0;
      }
      h2 {
        font-size: var(--ha-font-size-l, 16px);
        font-weight: 500;
        margin-block-end: 8px;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
        margin-block-end: 8px;
      }
      .title h2 {
        margin: 0;
        margin-inline-end: auto;
      }
      .grid {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr));
        list-style: none;
      }
      .grid:has(earlid-speaker[open]) {
        align-items: start;
      }
      .sheet {
        padding: 16px;
        background: var(--ha-card-background, var(--card-background-color));
        border: 1px solid var(--divider-color);
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
      }
      :host([narrow]) main {
        padding-inline: 8px;
      }
      :host([narrow]) .sheet {
        padding: 12px 8px;
      }
    `]}constructor(){super(),this.follower=new d(this),this.words=new f(this),this.narrow=!1}render(){let{hass:t}=this;if(!t)return e;let n=new o(t),{home:r}=this.follower;return h`
      <header>
        <ha-menu-button .hass=${t} .narrow=${this.narrow}></ha-menu-button>
        <h1>Earlid</h1>
        ${r?.speakers.length&&this.words.ready?h`<div class="summary">${et(n,r)}</div>`:e}
      </header>
      <main aria-busy=${this.words.ready&&this.follower.standing!==`asking`?`false`:`true`}>
        ${this.words.ready?h`${l(n,this.follower.standing)} ${r?this.sections(n,t,r):e}`:e}
      </main>
    `}sections(t,n,r){let i=r.speakers.length>0,a=(e,n)=>h`<section aria-label=${t.t(e)}>
        <h2>${t.t(e)}</h2>
        <div class="sheet">${n}</div>
      </section>`;return h`
      ${i?h`<earlid-lockdown .hass=${n} .home=${r}></earlid-lockdown>`:e}
      ${i&&r.rules?e:h`<earlid-first-steps .hass=${n} .home=${r}></earlid-first-steps>`}
      ${i?h`<section aria-label=${t.t(`panel.speakers`)}>
                <div class="title">
                  <h2>${t.t(`panel.speakers`)}</h2>
                  ${r.is_admin?this.adding(t,n,r):e}
                </div>
                <ul class="grid" role="list">
                  ${r.speakers.map(e=>h`<li>
                        <earlid-speaker .hass=${n} .home=${r} .speaker=${e} .day=${t.day(Date.now())}></earlid-speaker>
                      </li>`)}
                </ul>
              </section>
              ${a(`panel.timeline`,h`<earlid-timeline .hass=${n} .home=${r}></earlid-timeline>`)}
              ${a(`panel.wakes`,h`<earlid-wakes .hass=${n} .home=${r}></earlid-wakes>`)}
              ${a(`panel.journal`,h`<earlid-journal .hass=${n} .home=${r}></earlid-journal>`)}`:e}
      ${r.unguarded.length?a(`unguarded.title`,h`<earlid-unguarded .hass=${n} .home=${r}></earlid-unguarded>`):e}
    `}adding(e,t,n){return(n.rules?[`speaker`,`rule`]:[`speaker`]).map(r=>h`<button type="button" data-deed=${`add_${r}`} @click=${S(this,t,n.entry_id,{add:r})}>
          <ha-icon icon="mdi:plus"></ha-icon>${e.t(`panel.add_${r}`)}
        </button>`)}};function et(e,t){let n=e=>t.speakers.filter(({microphone:t})=>t===e).length;if(t.all_off)return e.entity(`binary_sensor.all_off.name`);let r={live:e.number(n(`live`)),all:e.number(t.speakers.length)},i=n(`unknown`);return i?e.t(`panel.summary_unknown`,{...r,unknown:e.number(i)}):e.t(`panel.summary`,r)}s(`earlid-panel`,$);export{$ as EarlidPanel};