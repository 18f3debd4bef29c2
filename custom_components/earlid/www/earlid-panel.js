import{_ as e,a as t,f as n,g as r,h as i,i as a,l as o,m as s,n as c,o as l,p as u,r as d,t as f,u as p,v as m,y as h}from"./worded.js";import{a as g,c as _,i as v,n as y,o as b,r as ee,s as x}from"./earlid-timeline.js";import{n as S,r as C,t as te}from"./speaker.js";var ne={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},re=e=>(...t)=>({_$litDirective$:e,values:t}),ie=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:ae}=m,w=e=>e,T=()=>document.createComment(``),E=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new ae(r.insertBefore(T(),i),r.insertBefore(T(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=w(e).nextSibling;w(r).insertBefore(e,i),e=t}}}return n},D=(e,t,n=e)=>(e._$AI(t,n),e),oe={},se=(e,t=oe)=>e._$AH=t,ce=e=>e._$AH,O=e=>{e._$AR(),e._$AA.remove()},k=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},le=re(class extends ie{constructor(e){if(super(e),e.type!==ne.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,i]){let a=ce(e),{values:o,keys:s}=this.dt(t,n,i);if(!Array.isArray(a))return this.ut=s,o;let c=this.ut??=[],l=[],u,d,f=0,p=a.length-1,m=0,h=o.length-1;for(;f<=p&&m<=h;)if(a[f]===null)f++;else if(a[p]===null)p--;else if(c[f]===s[m])l[m]=D(a[f],o[m]),f++,m++;else if(c[p]===s[h])l[h]=D(a[p],o[h]),p--,h--;else if(c[f]===s[h])l[h]=D(a[f],o[h]),E(e,l[h+1],a[f]),f++,h--;else if(c[p]===s[m])l[m]=D(a[p],o[m]),E(e,a[f],a[p]),p--,m++;else if(u===void 0&&(u=k(s,m,h),d=k(c,f,p)),u.has(c[f])){if(u.has(c[p])){let t=d.get(s[m]),n=t===void 0?null:a[t];if(n===null){let t=E(e,a[f]);D(t,o[m]),l[m]=t}else l[m]=D(n,o[m]),E(e,a[f],n),a[t]=null;m++}else O(a[p]),p--}else O(a[f]),f++;for(;m<=h;){let t=E(e,l[h+1]);D(t,o[m]),l[m++]=t}for(;f<=p;){let e=a[f++];e!==null&&O(e)}return this.ut=s,se(e,l),r}}),A=300,j=e=>typeof e==`string`?e:e===void 0?``:String(e),M=e=>typeof e==`number`&&Number.isFinite(e)?e:0,ue=({kind:e,body:t})=>e===`breach`||e===`activation`&&t?.allowed===!1;function de(e){if(e.kind===`breach`)return!1;let t=e.body?.allowed;return typeof t==`boolean`?t:void 0}function fe(e,t,n){let r=pe(e,t);return{entry:t,what:r.length>A?`${r.slice(0,A)}…`:r,who:t.speaker?n?.speakers.find(e=>e.slug===t.speaker)?.name??t.speaker:e.t(`journal.home`),kind:e.t(`journal.kind_${t.kind}`),bad:ue(t)}}function pe(e,t){let n=t.body??{};switch(t.kind){case`activation`:return me(e,n);case`decision`:{let r=ee(e,j(n.because),n.because===`rule`?t.rule??(j(n.slug)||null):null),i=n.finishing_playback?`finishing`:n.allowed?`listens`:`muted`;return e.t(`journal.${i}`,{because:r})}case`microphone`:return n.turned_on===void 0?e.t(`journal.microphone`,{state:e.entity(`sensor.microphone.state.${j(n.microphone)}`)}):e.t(`journal.turned_on`);case`command`:return he(e,n);case`breach`:return ge(e,n);case`hold`:return N(e,t.at,n);case`lifecycle`:return F(e,n);default:return j(t.kind)}}function me(e,t){let n=t.outcome===`answered`||t.outcome===`unanswered`?t.outcome:`unknown`;return e.t(`journal.woke_${n}${t.allowed===!1?`_not_allowed`:``}`)}function he(e,t){let n=M(t.lease_s);return t.command===`on`&&n?e.t(`journal.command_lease`,{span:e.span(n)}):e.t(`journal.command`,{command:j(t.command).toUpperCase()})}function ge(e,t){let n=e.entity(`binary_sensor.breach.state_attributes.cause.state.${j(t.cause)}`);return t.state===`ended`?e.t(`journal.breach_ended`,{cause:n,span:e.span(M(t.exposed_s))}):e.t(`journal.breach_began`,{cause:n})}function N(e,t,n){if(n.hold!==`mute`&&n.hold!==`listen`)return e.t(`journal.hold_none`);let r=Date.parse(j(n.until));if(n.by_hand)return e.t(`journal.hold_hand`);let i=`journal.hold_${n.hold}`;return Number.isNaN(r)?e.t(i):e.t(`${i}_until`,{until:e.moment(r,t)})}var P=[`start`,`stop`,`gap`,`removed`,`audio_captured`,`cut`,`lost`,`set_aside`];function F(e,t){let n=j(t.event);if(!P.includes(n))return e.t(`journal.event`,{event:n});let r=Date.parse(j(t.since));return e.t(`journal.event_${n}`,{since:Number.isNaN(r)?``:e.moment(r),records:M(t.records),span:e.span(M(t.seconds)),file:j(t.file)})}var I=e=>JSON.stringify({seq:e.seq,id:e.id,at:L(e.at),kind:e.kind,speaker:e.speaker,...e.body},null,2),L=e=>Number.isFinite(e)&&Math.abs(e)<864e13?new Date(e).toISOString():String(e),_e=[`activation`,`decision`,`microphone`,`command`,`breach`,`hold`,`lifecycle`],ve=[`answered`,`unanswered`,`unknown`];function R(e,t,n=0){let r=t?Date.parse(`${t}T00:00:00Z`):NaN;return Number.isNaN(r)||r<0?void 0:e.dayStart(r+n*v)}function z(e,t){let n=R(t,e.from),r=R(t,e.to,1);return{...n!==void 0&&{start:n},...r!==void 0&&(n===void 0||r>n)&&{end:r},...e.kind&&{kinds:[e.kind]},...e.speaker!==void 0&&{speakers:[e.speaker]},...e.outcome&&(!e.kind||e.kind===`activation`)&&{outcomes:[e.outcome],kinds:[`activation`]}}}function ye(e,t,n){if(e.outcome&&t.body?.outcome!==e.outcome||e.allowed!==void 0&&de(t)!==e.allowed)return!1;let r=e.text?.trim().toLocaleLowerCase();if(!r)return!0;let{what:i,who:a,kind:o}=n();return[i,a,o,JSON.stringify(t.body)].some(e=>e?.toLocaleLowerCase().includes(r))}function be(e,t,n){let{start:r,end:i,kinds:a,speakers:o}=z(e,t),s=new URLSearchParams({format:n});return r!==void 0&&s.set(`start`,new Date(r).toISOString()),i!==void 0&&s.set(`end`,new Date(i).toISOString()),a&&s.set(`kinds`,a.join(`,`)),o&&s.set(`speakers`,o.join(`,`)),`/api/earlid/journal?${s}`}var B=`*`;function xe(t,n,r,a,o){let s=(e,t,n=!1)=>{let{[e]:i,...o}=r;a(t===void 0?o:{...o,[e]:t},n)},c=(n,i,a=e=>e)=>e`<label>${t.t(`journal.${n}`)}
      <select
        @change=${e=>{let t=e.target.value;s(n,t===B?void 0:a(t))}}
      >
        <option value=${B} ?selected=${r[n]===void 0}>${t.t(`journal.all`)}</option>
        ${i.map(([t,i])=>e`<option value=${t} ?selected=${r[n]===a(t)}>${i}</option>`)}
      </select>
    </label>`,l=n=>e`<label>${t.t(`journal.${n}`)}
      <input type="date" .value=${r[n]??``} @change=${e=>s(n,e.target.value||void 0,!0)} />
    </label>`,u=[[`yes`,t.t(`journal.permitted`)],[`no`,t.t(`journal.not_permitted`)]],d=n.speakers.map(e=>[e.slug,e.name]);return n.is_admin&&d.push([``,t.t(`journal.home`)]),e`<div class="bar" role="search" aria-label=${t.t(`journal.filter`)}>
    ${c(`speaker`,d)}
    ${c(`kind`,_e.map(e=>[e,t.t(`journal.kind_${e}`)]))}
    ${c(`outcome`,ve.map(e=>[e,t.entity(`event.activation.state_attributes.event_type.state.${e}`)]))}
    ${c(`allowed`,u,e=>e===`yes`)}
    ${l(`from`)} ${l(`to`)}
    <label>${t.t(`journal.text`)}
      <input type="search" .value=${r.text??``} @input=${e=>s(`text`,e.target.value||void 0)} />
    </label>
    ${o?e`<div class="export" role="group" aria-label=${t.t(`journal.export`)}>
            <button type="button" title=${t.t(`journal.export_jsonl`)} @click=${()=>o(`jsonl`)}>JSON Lines</button>
            <button type="button" title=${t.t(`journal.export_csv`)} @click=${()=>o(`csv`)}>CSV</button>
          </div>`:i}
  </div>`}async function Se(e,t,n){let r=await e.fetchWithAuth(t);if(!r.ok){let e=await r.json().catch(()=>({}));throw Error(e.message??String(r.status))}let i=URL.createObjectURL(await r.blob()),a=document.createElement(`a`);a.href=i,a.download=n,a.target=`_blank`,a.click(),setTimeout(()=>URL.revokeObjectURL(i),6e4)}function Ce(t,n,r,a){let{entry:o,what:s,who:c,kind:l,bad:u}=n,{index:d,open:f,active:p}=r;return e`<div
    class="row ${u?`bad`:``} ${f?`open`:``}"
    role="row"
    aria-rowindex=${d+2}
    aria-expanded=${f}
    data-id=${o.id}
    tabindex=${p?0:-1}
    style="transform: translateY(${r.top}px)"
    @click=${a}
  >
    <span class="cell when" role="gridcell">${t.date(o.at)} ${t.seconds(o.at)}</span>
    <span class="cell who" role="gridcell" title=${c}>${c}</span>
    <span class="cell kind" role="gridcell">${l}</span>
    <span class="cell what" role="gridcell" title=${s}>${s}</span>
    <span class="more" aria-hidden="true">▾</span>
    ${f?e`<pre role="gridcell" tabindex="0" aria-label=${t.t(`journal.record`)}>${I(o)}</pre>`:i}
  </div>`}var V=t=>e`<p class="note" role="row"><span role="gridcell">${t}</span></p>`;function we(t,n,r,a,o){return r.loading?V(t.t(`journal.loading`)):r.more&&!a?V(e`<button type="button" @click=${o}>${t.t(`journal.further`)}</button>`):n||r.more?i:V(t.t(`journal.none`))}var H=1e3,Te=class{constructor(){this.records=[],this.more=!0,this.failed=!1,this.loading=!1,this.asked={},this.question=0}ask(e){this.asked=e,this.records=[],this.more=!0,this.loading=!1,this.failed=!1,this.question++}async next(e){if(this.loading||!this.more)return!1;let t=this.records.at(-1)?.seq;return this.read(e,t===void 0?{}:{before_seq:t},(e,t)=>{this.records=[...this.records,...e],this.more=t&&e.length>0})}async top(e,t){return!this.loading&&this.read(e,{},(e,n)=>{let r=this.records[0]?.seq??-1;if(e.length&&e.every(e=>e.seq>r)&&n){this.records=e,this.more=!0;return}let i=new Map(e.map(e=>[e.id,e])),a=e.filter(e=>e.seq>r);this.records=[...a,...this.records.map(e=>Ee(e,i.get(e.id)))],this.records.length||(this.more=n),t&&this.records.length>H&&(this.records=this.records.slice(0,H),this.more=!0)})}async read(e,t,n){let{question:r}=this;this.loading=!0;try{let i=await p(e,{...this.asked,...t,limit:200});if(r!==this.question)return!1;n(i.records??[],i.more),this.failed=!1}catch(e){if(r!==this.question)return!1;this.failed||console.warn(`Earlid's journal could not be read`,e),this.failed=!0}return this.loading=!1,!0}},Ee=(e,t)=>t&&JSON.stringify(t)!==JSON.stringify(e)?t:e,De=h`
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
`,U=1e3,Oe=3e4,ke=class{constructor(e){this.renew=e}look(e,t){return e&&y(e,t)?(this.later(U),!0):(this.seldom??=setTimeout(()=>{this.seldom=void 0,this.later(0)},Oe),!1)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.renew()},e)}stop(){clearTimeout(this.timer),clearTimeout(this.seldom),this.timer=this.seldom=void 0}},W=(e,t)=>t*e.height+(e.open>=0&&t>e.open?e.extra:0),Ae=e=>W(e,e.count);function G(e,t){let{height:n,open:r,extra:i}=e,a=Math.floor(t/n);return r<0||a<=r?a:Math.max(r,Math.floor((t-i)/n))}function K(e,t,n,r=6){let i=Math.max(0,G(e,t)-r),a=Math.min(e.count,G(e,t+n)+1+r);return[Math.min(i,a),a]}function je(e,t,n,r){let i=W(e,t),a=i+e.height+(t===e.open?e.extra:0);return i<n||a-i>r?i:a>n+r?a-r:n}function Me(e,t,n,r){let i={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+n,PageUp:t-n,Home:0,End:r-1}[e];return i===void 0?void 0:Math.max(0,Math.min(i,r-1))}var Ne=250,q=5e3,Pe=40,J=5,Fe=class extends _{static{this.properties={home:{attribute:!1},filter:{state:!0},opened:{state:!0},active:{state:!0},note:{state:!0}}}static{this.styles=[x,b,De]}constructor(){super(),this.pages=new Te,this.shown=[],this.rows=new WeakMap,this.narrow=!1,this.scrolled=0,this.seen=520,this.searched=0,this.frame=0,this.watch=new ke(()=>void this.renew()),this.begun=!1,this.sizes=new ResizeObserver(()=>this.measure()),this.further=()=>{this.searched=0,this.requestUpdate()},this.change=(e,t)=>{let n=g.of(this.words?.zone),r=JSON.stringify(z(e,n))!==JSON.stringify(z(this.filter,n));this.filter=e,this.searched=0,this.opened=void 0,this.roll(0),r&&(this.pages.ask(z(e,n)),this.watch.stop(),setTimeout(()=>void this.next(),t?Ne:0))},this.save=async e=>{let{hass:t,words:n}=this;if(t&&n){this.note=``;try{await Se(t,be(this.filter,g.of(n.zone),e),`earlid-journal.${e}`)}catch(e){this.note=n.t(`journal.not_exported`,{error:e instanceof Error?e.message:String(e)})}}},this.keys=e=>{if(e.target.closest(`pre, button`)||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.shown.findIndex(e=>e.id===this.active),n=Math.max(1,Math.floor(this.seen/this.list.height)-1),r=Me(e.key,t,n,this.shown.length);if(r!==void 0)this.go(r);else if(e.key===`Enter`||e.key===` `)this.toggle(this.active);else if(e.key===`Escape`&&this.opened!==void 0)this.opened=void 0;else return;e.preventDefault(),e.stopPropagation()},this.scrolls=()=>{this.frame||=requestAnimationFrame(()=>{this.frame=0,this.scrolled=this.scroller?.scrollTop??0,this.requestUpdate()})},this.filter={},this.note=``}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.begun&&this.watch.later(U)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),cancelAnimationFrame(this.frame),this.watch.stop(),this.frame=0}shownOtherwise(e){this.rows=new WeakMap,e&&this.watch.later(U)}willUpdate(e){e.has(`home`)&&this.home&&this.hass&&this.look(e.get(`home`),this.home),this.sift(),this.shown.some(e=>e.id===this.active)||(this.active=this.shown[0]?.id)}look(e,t){this.begun?this.watch.look(e,t)&&(this.rows=new WeakMap):(this.begun=!0,this.next())}row(e){let t=this.rows.get(e);return!t&&this.words&&(t=fe(this.words,e,this.home),this.rows.set(e,t)),t}sift(){let{filter:e}=this;if(!this.words)return;let t=e.outcome===void 0&&e.allowed===void 0&&!e.text?.trim();this.shown=t?this.pages.records:this.pages.records.filter(t=>ye(e,t,()=>this.row(t)))}get list(){return{count:this.shown.length,height:this.narrow?62:44,open:this.opened===void 0?-1:this.shown.findIndex(e=>e.id===this.opened),extra:208}}render(){let{words:t,home:n,pages:r}=this;if(!t?.ready||!n)return i;let a=this.list,[o,s]=K(a,this.scrolled,this.seen),c=Array.from({length:s-o},(e,t)=>o+t),l=this.shown.findIndex(e=>e.id===this.active);return l>=0&&(l<o||l>=s)&&c.push(l),e`<div dir=${t.rightToLeft?`rtl`:`ltr`}>
      ${xe(t,n,this.filter,this.change,n.is_admin?this.save:void 0)}
      ${this.note||r.failed?e`<p class="failed" role="alert">${this.note||t.t(`journal.failed`)}</p>`:i}
      <div
        class="grid"
        role="treegrid"
        aria-label=${t.t(`journal.title`)}
        aria-rowcount=${r.more?-1:a.count+1}
        aria-busy=${r.loading}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${[`when`,`who`,`kind`,`what`].map(n=>e`<span role="columnheader">${t.t(`journal.${n}`)}</span>`)}
        </div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolls} @keydown=${this.keys}>
          <div style="block-size: ${Ae(a)}px" role="presentation">
            ${le(c,e=>this.shown[e]?.id,e=>this.line(e,a))}
          </div>
          ${we(t,this.shown.length,r,this.searched<J,this.further)}
        </div>
      </div>
    </div>`}line(e,t){let n=this.shown[e];if(!n||!this.words)return i;let r={index:e,top:W(t,e),open:e===t.open,active:n.id===this.active};return Ce(this.words,this.row(n),r,e=>this.clicked(e,n))}updated(){this.measure();let e=this.list,[,t]=K(e,this.scrolled,this.seen);this.begun&&this.pages.more&&!this.pages.loading&&!this.pages.failed&&t+Pe>e.count&&this.searched<J&&this.next()}async next(){let{hass:e}=this;if(!e)return;let t=this.shown.length,n=this.pages.next(e);this.requestUpdate(),await n&&(this.sift(),this.searched=this.shown.length>t?0:this.searched+1,this.pages.failed&&this.watch.later(q),this.requestUpdate())}async renew(){let{hass:e,pages:t}=this;if(!e||!this.isConnected)return;let n=this.scrolled<4,r=this.shown[0]?.id;if(t.loading||!await t.top(e,n)){this.watch.later(U);return}t.failed&&this.watch.later(q),this.sift();let i=this.shown.findIndex(e=>e.id===r);this.requestUpdate(),n||i<=0||(await this.updateComplete,this.roll(this.scrolled+i*this.list.height))}clicked(e,t){e.target.closest(`pre`)||(this.active=t.id,this.toggle(t.id))}toggle(e){this.opened=this.opened===e?void 0:e}async go(e){this.active=this.shown[e]?.id,this.roll(je(this.list,e,this.scrolled,this.seen)),await this.updateComplete;let t=CSS.escape(this.active??``);this.renderRoot.querySelector(`.row[data-id="${t}"]`)?.focus({preventScroll:!0})}get scroller(){return this.renderRoot?.querySelector(`.rows`)??null}roll(e){let{scroller:t}=this;t&&(t.scrollTop=e),this.scrolled=t?.scrollTop??0,this.requestUpdate()}measure(){let e=this.scroller?.clientHeight??0,t=this.clientWidth>0&&this.clientWidth<=640;(e&&e!==this.seen||t!==this.narrow)&&(this.seen=e||this.seen,this.narrow=t,this.requestUpdate())}};customElements.get(`earlid-journal`)??customElements.define(`earlid-journal`,Fe);var Ie=class extends s{static{this.properties={hass:{attribute:!1,hasChanged:o},home:{attribute:!1},asking:{state:!0}}}static{this.styles=[t,l,h`
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
    `]}constructor(){super(),this.presses=new te(this),this.asking=!1}willUpdate(e){let t=e.get(`home`);t&&this.home&&t.lockdown!==this.home.lockdown&&(this.presses.answered(),this.asking=!1)}updated(e){e.has(`asking`)&&this.asking&&this.renderRoot.querySelector(`[data-deed=keep]`)?.focus()}render(){let{hass:t,home:n}=this;if(!t||!n?.lockdown_entity)return i;let r=new u(t),a=n.lockdown,o=a&&!n.may_allow,s=this.presses.stageOf(`lockdown`);return e`
      <button
        type="button"
        class="large"
        data-deed="lockdown"
        aria-pressed=${a?`true`:`false`}
        aria-disabled=${o||this.presses.busy?`true`:`false`}
        aria-describedby=${o?`why-not`:i}
        @click=${()=>this.pressed(a,o)}
      >
        ${s===`sending`?e`<span class="busy" aria-hidden="true"></span>`:e`<ha-icon icon=${a?`mdi:lock`:`mdi:lock-open-outline`}></ha-icon>`}
        <span aria-live="polite">
          <strong>${s?r.t(`panel.${s}`):a?r.t(`panel.locked`):r.entity(`switch.lockdown.name`)}</strong>
          <span class="quiet">${r.t(a?`panel.lockdown_on`:`panel.lockdown_off`)}</span>
        </span>
      </button>
      ${o?e`<p class="reason quiet" id="why-not">${r.t(`panel.lift_admins_only`)}</p>`:i}
      ${this.asking?this.question(r):i}
      ${this.presses.error===null?i:e`<p class="error" role="alert">${r.apart(this.presses.error)}</p>`}
    `}question(t){let n=e=>{this.asking=!1,e&&this.turn(`turn_off`),this.renderRoot.querySelector(`.large`)?.focus()};return e`<div
      class="ask"
      role="group"
      aria-labelledby="question"
      @keydown=${e=>e.key===`Escape`&&n(!1)}
    >
      <p id="question">${t.t(`panel.lift_question`)}</p>
      <button type="button" data-deed="lift" @click=${()=>n(!0)}>
        <ha-icon icon="mdi:lock-open-outline"></ha-icon>${t.t(`panel.lift`)}
      </button>
      <button type="button" class="main" data-deed="keep" @click=${()=>n(!1)}>${t.t(`panel.keep`)}</button>
    </div>`}pressed(e,t){t||this.presses.busy||(e?this.asking=!this.asking:this.turn(`turn_on`))}turn(e){let{hass:t,home:n}=this,r=n?.lockdown_entity;t&&r&&this.presses.press(`lockdown`,t,()=>t.callService(`switch`,e,{},{entity_id:r},!1))}};a(`earlid-lockdown`,Ie);var Le=8,Re=class extends s{static{this.properties={hass:{attribute:!1,hasChanged:o},home:{attribute:!1},whole:{state:!0}}}static{this.styles=[t,l,h`
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
        margin-block-start: 12px;
      }
    `]}constructor(){super(),this.whole=!1}render(){let{hass:t,home:n}=this;if(!t||!n?.unguarded.length)return i;let r=new u(t),a=n.unguarded,o=this.whole?a:a.slice(0,Le);return e`
      <p class="quiet">${r.t(`unguarded.explain`)}</p>
      <ul role="list">
        ${o.map(t=>e`<li>${this.device(r,t)}</li>`)}
      </ul>
      <div class="actions">
        <button type="button" @click=${()=>C(S)}>${r.t(`unguarded.options`)}</button>
        ${o.length<a.length?e`<button type="button" @click=${()=>this.show()}>
                ${r.t(`panel.all_unguarded`,{n:r.number(a.length)})}
              </button>`:i}
      </div>
    `}device(t,{name:n,area:r,model:a,why:o}){let s=t.t(`unguarded.guard_device`,{device:n}),c=[r,a].filter(e=>e!==null&&e!==``).map(e=>t.apart(String(e)));return e`<div>
        <p class="clip">
          <bdi>${n}</bdi>${c.length?e`<span class="quiet"> · ${c.join(` · `)}</span>`:i}
        </p>
        <p class="quiet">${t.t(`unguarded.${o}`)}</p>
      </div>
      <button type="button" aria-label=${s} @click=${()=>C(S)}>
        <ha-icon icon="mdi:plus"></ha-icon>${t.t(`unguarded.guard`)}
      </button>`}show(){this.whole=!0}};a(`earlid-unguarded`,Re);var Y=600,X=(e,t)=>{let n=e?.[t];return Number.isFinite(n)?n:0};function ze(e,t){let n=Array(168).fill(0),r=Array(168).fill(0);for(let i of e.speakers)if(t===void 0||i.speaker===t)for(let e=0;e<n.length;e++)n[e]=X(n,e)+X(i.wakes,e),r[e]=X(r,e)+X(i.unanswered,e);return{wakes:n,unanswered:r,most:Math.max(...n),total:Z(n)}}var Z=e=>e.reduce((e,t)=>e+(Number.isFinite(t)?t:0),0);function Be(e){let t=Z(e.wakes??[]),n=Z(e.unanswered??[]);return{speaker:e.speaker,name:e.name,wakes:t,unanswered:n,share:t?n/t:null,perHour:e.live>=Y?t/(e.live/3600):null}}function Ve(e){let t=e.speakers.map(Be).sort((e,t)=>t.wakes-e.wakes),n={wakes:0,unanswered:0,live:0};for(let e of t)n.wakes+=e.wakes,n.unanswered+=e.unanswered;for(let t of e.speakers)n.live+=Number.isFinite(t.live)?t.live:0;return{each:t,all:{speaker:``,name:``,wakes:n.wakes,unanswered:n.unanswered,share:n.wakes?n.unanswered/n.wakes:null,perHour:n.live>=Y?n.wakes/(n.live/3600):null}}}var He=[`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`,`sunday`];function Ue(e,t){let n=He.indexOf(e),r=n>=0?n:We(t);return Array.from({length:7},(e,t)=>(r+t)%7)}function We(e){try{let t=new Intl.Locale(e),n=(t.getWeekInfo?.()??t.weekInfo)?.firstDay;return n?n-1:0}catch{return 0}}var Ge=(e,t)=>e<=0||t<=0?0:Math.max(1,Math.ceil(Math.sqrt(e/t)*4)),Q=h`
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
`,Ke=[7,30,90],qe=3e3,Je=1e4,Ye=640,Xe=class extends _{static{this.properties={home:{attribute:!1},days:{state:!0},speaker:{state:!0},answer:{state:!0},failed:{state:!0},narrow:{state:!0}}}static{this.styles=[x,b,Q]}constructor(){super(),this.asked=0,this.sizes=new ResizeObserver(([e])=>{e&&(this.narrow=e.contentRect.width<Ye)}),this.choose=e=>{this.speaker=e.target.value||void 0},this.days=30,this.failed=!1,this.narrow=!1}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.hasUpdated&&this.later(0)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),clearTimeout(this.timer),this.timer=void 0}shownOtherwise(e){(e||!this.answer)&&this.later(0),this.dir=this.words?.rightToLeft?`rtl`:`ltr`}willUpdate(e){if(!e.has(`home`)||!this.home)return;let t=e.get(`home`);t?Ze(t,this.home)&&this.later(qe):this.later(0),this.speaker!==void 0&&!this.home.speakers.some(e=>e.slug===this.speaker)&&(this.speaker=void 0)}render(){let{words:t,home:n,answer:r}=this;return!t?.ready||!n?i:e`<div class="bar">
        <select aria-label=${t.t(`wakes.speaker`)} @change=${this.choose}>
          <option value="" ?selected=${this.speaker===void 0}>${t.t(`wakes.all`)}</option>
          ${n.speakers.map(t=>e`<option value=${t.slug} ?selected=${t.slug===this.speaker}>${t.name}</option>`)}
        </select>
        <div class="group" role="group" aria-label=${t.t(`wakes.span`)}>
          ${Ke.map(n=>e`<button type="button" aria-pressed=${n===this.days} @click=${()=>this.span(n)}>${t.t(`wakes.days`,{days:n})}</button>`)}
        </div>
      </div>
      ${this.failed?e`<p class="failed" role="alert">${t.t(`wakes.failed`)}</p>`:i}
      ${r?this.shown(r,n):i}`}shown(t,n){let r=this.words,i=ze(t,this.speaker),{each:a,all:o}=Ve(t),s=this.speaker===void 0?a:a.filter(e=>e.speaker===this.speaker);return e`<div class="both" aria-busy=${!1}>
      <div class="heat">
        ${this.map(i)}
        <p>${r.t(i.total?`wakes.zone`:`wakes.none`)}</p>
      </div>
      <div class="sums" tabindex="0" role="region" aria-label=${r.t(`wakes.sums`)}>
        ${this.table(s,this.speaker===void 0&&a.length>1?o:void 0)}
        <p>${r.t(`wakes.reference`,{rate:r.number(n.reference_per_hour,2)})}</p>
      </div>
    </div>`}map(t){let n=this.words,r=this.hass?.locale,i=Ue(r?.first_weekday??``,n.language),a=Array.from({length:24},(e,t)=>t),o=(t,r)=>e`<th scope=${r} class=${r===`row`?`side`:``}><abbr title=${n.weekday(t,`long`)} style="text-decoration: none">${n.weekday(t)}</abbr></th>`,s=(t,n)=>e`<th scope=${n} class=${n===`row`?`side`:``}>${this.hour(t,n===`row`)}</th>`,[c,l]=this.narrow?[i,a]:[a,i],[u,d]=this.narrow?[o,s]:[s,o];return e`<table>
      <caption class="unseen">${n.t(`wakes.caption`,{total:t.total})}</caption>
      <thead><tr><td class="side" style="inline-size: 44px; background: none"></td>${c.map(e=>u(e,`col`))}</tr></thead>
      <tbody>
        ${l.map(n=>e`<tr>${d(n,`row`)}${c.map(e=>this.narrow?this.cell(t,e,n):this.cell(t,n,e))}</tr>`)}
      </tbody>
    </table>`}cell(t,n,r){let i=this.words,a=n*24+r,[o=0,s=0]=[t.wakes[a],t.unanswered[a]];if(!o)return e`<td><span class="unseen">0</span></td>`;let c=i.t(`wakes.cell`,{day:i.weekday(n,`long`),from:this.hour(r,!0),to:this.hour((r+1)%24,!0),count:o,unanswered:s});return e`<td class="s${Ge(o,t.most)}" title=${c}>${i.number(o)}</td>`}table(t,n){let r=this.words,a=(t,n)=>e`<tr>
      <th scope="row" title=${n}>${n}</th>
      <td>${r.number(t.wakes)}</td>
      <td>${r.number(t.unanswered)}</td>
      <td class="share">${t.share===null?`–`:e`<span style="--part: ${t.share*100}%"></span>${r.percent(t.share)}`}</td>
      <td>${t.perHour===null?`–`:r.number(t.perHour,2)}</td>
    </tr>`;return e`<table>
      <caption class="unseen">${r.t(`wakes.sums`)}</caption>
      <thead><tr>
        <th scope="col">${r.t(`wakes.name`)}</th>
        ${[`count`,`unanswered`,`share`,`per_hour`].map(t=>e`<th scope="col">${r.t(`wakes.${t}`)}</th>`)}
      </tr></thead>
      <tbody>${t.map(e=>a(e,e.name))}</tbody>
      ${n?e`<tfoot>${a(n,r.t(`wakes.together`))}</tfoot>`:i}
    </table>`}hour(e,t){let n=this.words;return n.twelve?t?new Intl.DateTimeFormat(n.language,{hour:`numeric`,hourCycle:`h12`,timeZone:`UTC`}).format(e*36e5):String(e%12||12):String(e).padStart(2,`0`)+(t?`:00`:``)}span(e){this.days=e,clearTimeout(this.timer),this.timer=void 0,this.later(0)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.ask()},e)}async ask(){let{hass:e,home:t}=this;if(!e||!t||!this.isConnected)return;let r=++this.asked,i=Date.now();try{let t=await n(e,i-this.days*v,i);if(r!==this.asked)return;this.answer={...t,speakers:t.speakers??[]},this.failed=!1}catch(e){if(r!==this.asked)return;this.failed||console.warn(`Earlid's activations could not be read`,e),this.failed=!0,this.isConnected&&this.later(Je)}}};function Ze(e,t){let n=y(e,t);if(!n)return!1;if(!n.speakers)return!0;let r=e=>JSON.stringify(e.speakers.map(e=>[e.last_activation,e.activations_today]));return r(e)!==r(t)}customElements.get(`earlid-wakes`)??customElements.define(`earlid-wakes`,Xe);var $=class extends s{static{this.properties={hass:{attribute:!1,hasChanged:o},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},panel:{attribute:!1}}}static{this.styles=[t,h`
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
      .grid {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr));
        list-style: none;
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
    `]}constructor(){super(),this.follower=new d(this),this.words=new f(this),this.narrow=!1}render(){let{hass:t}=this;if(!t)return i;let n=new u(t),{home:r}=this.follower;return e`
      <header>
        <ha-menu-button .hass=${t} .narrow=${this.narrow}></ha-menu-button>
        <h1>Earlid</h1>
        ${r?.speakers.length&&this.words.ready?e`<div class="summary">${Qe(n,r)}</div>`:i}
      </header>
      <main aria-busy=${this.words.ready&&this.follower.standing!==`asking`?`false`:`true`}>
        ${this.words.ready?e`${c(n,this.follower.standing)} ${r?this.sections(n,t,r):i}`:i}
      </main>
    `}sections(t,n,r){let a=r.speakers.length>0,o=(n,r)=>e`<section aria-label=${t.t(n)}>
        <h2>${t.t(n)}</h2>
        <div class="sheet">${r}</div>
      </section>`;return e`
      ${a?e`<earlid-lockdown .hass=${n} .home=${r}></earlid-lockdown>`:i}
      ${a&&r.rules?i:e`<earlid-first-steps .hass=${n} .home=${r}></earlid-first-steps>`}
      ${a?e`<section aria-label=${t.t(`panel.speakers`)}>
                <h2>${t.t(`panel.speakers`)}</h2>
                <ul class="grid" role="list">
                  ${r.speakers.map(i=>e`<li>
                        <earlid-speaker .hass=${n} .home=${r} .speaker=${i} .day=${t.day(Date.now())}></earlid-speaker>
                      </li>`)}
                </ul>
              </section>
              ${o(`panel.timeline`,e`<earlid-timeline .hass=${n} .home=${r}></earlid-timeline>`)}
              ${o(`panel.wakes`,e`<earlid-wakes .hass=${n} .home=${r}></earlid-wakes>`)}
              ${o(`panel.journal`,e`<earlid-journal .hass=${n} .home=${r}></earlid-journal>`)}`:i}
      ${r.unguarded.length?o(`unguarded.title`,e`<earlid-unguarded .hass=${n} .home=${r}></earlid-unguarded>`):i}
    `}};function Qe(e,t){let n=e=>t.speakers.filter(({microphone:t})=>t===e).length;if(t.all_off)return e.entity(`binary_sensor.all_off.name`);let r={live:e.number(n(`live`)),all:e.number(t.speakers.length)},i=n(`unknown`);return i?e.t(`panel.summary_unknown`,{...r,unknown:e.number(i)}):e.t(`panel.summary`,r)}a(`earlid-panel`,$);export{$ as EarlidPanel};