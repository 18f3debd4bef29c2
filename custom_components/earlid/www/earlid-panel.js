import{C as e,D as t,E as n,S as r,T as i,_ as a,a as o,b as s,c,g as l,i as u,l as d,n as f,p,r as m,s as h,t as ee,w as te,x as g,y as ne}from"./worded.js";import{a as _,c as v,i as re,l as y,n as b,o as x,r as ie,s as S}from"./earlid-timeline.js";import{i as ae,n as C,r as oe,t as w}from"./speaker.js";var se={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},ce=e=>(...t)=>({_$litDirective$:e,values:t}),le=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:ue}=n,T=e=>e,E=()=>document.createComment(``),D=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new ue(r.insertBefore(E(),i),r.insertBefore(E(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=T(e).nextSibling;T(r).insertBefore(e,i),e=t}}}return n},O=(e,t,n=e)=>(e._$AI(t,n),e),de={},fe=(e,t=de)=>e._$AH=t,pe=e=>e._$AH,k=e=>{e._$AR(),e._$AA.remove()},A=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},me=ce(class extends le{constructor(e){if(super(e),e.type!==se.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=pe(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=O(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=O(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=O(i[d],a[m]),D(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=O(i[f],a[p]),D(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=A(o,p,m),u=A(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=D(e,i[d]);O(t,a[p]),c[p]=t}else c[p]=O(n,a[p]),D(e,i[d],n),i[t]=null;p++}else k(i[f]),f--}else k(i[d]),d++;for(;p<=m;){let t=D(e,c[m+1]);O(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&k(e)}return this.ut=o,fe(e,c),te}}),j=300,M=e=>typeof e==`string`?e:e===void 0?``:String(e),N=e=>typeof e==`number`&&Number.isFinite(e)?e:0,P=({kind:e,body:t})=>e===`breach`&&t?.state!==`ended`||e===`activation`&&t?.allowed===!1;function he(e){if(e.kind===`breach`)return!1;let t=e.body?.allowed;return typeof t==`boolean`?t:void 0}function ge(e,t,n){let r=_e(e,t);return{entry:t,what:r.length>j?`${r.slice(0,j)}…`:r,who:t.speaker?n?.speakers.find(e=>e.slug===t.speaker)?.name??t.speaker:e.t(`journal.home`),kind:e.t(`journal.kind_${t.kind}`),bad:P(t),over:t.kind===`breach`&&!P(t)}}function _e(e,t){let n=t.body??{};switch(t.kind){case`activation`:return ve(e,n);case`decision`:{let r=ie(e,M(n.because),n.because===`rule`?t.rule??(M(n.slug)||null):null),i=n.finishing_playback?`finishing`:n.allowed?`listens`:`muted`;return e.t(`journal.${i}`,{because:r})}case`microphone`:return n.turned_on===void 0?e.t(`journal.microphone`,{state:e.entity(`sensor.microphone.state.${M(n.microphone)}`)}):e.t(`journal.turned_on`);case`command`:return ye(e,n);case`breach`:return be(e,n);case`hold`:return xe(e,t.at,n);case`lifecycle`:return Ce(e,n);default:return M(t.kind)}}function ve(e,t){let n=t.outcome===`answered`||t.outcome===`unanswered`?t.outcome:`unknown`;return e.t(`journal.woke_${n}${t.allowed===!1?`_not_allowed`:``}`)}function ye(e,t){let n=N(t.lease_s);return t.command===`on`&&n?e.t(`journal.command_lease`,{span:e.span(n)}):e.t(`journal.command`,{command:M(t.command).toUpperCase()})}function be(e,t){let n=e.entity(`binary_sensor.breach.state_attributes.cause.state.${M(t.cause)}`);return t.state===`ended`?e.t(`journal.breach_ended`,{cause:n,span:e.span(N(t.exposed_s))}):e.t(`journal.breach_began`,{cause:n})}function xe(e,t,n){if(n.hold!==`mute`&&n.hold!==`listen`)return e.t(`journal.hold_none`);let r=Date.parse(M(n.until));if(n.by_hand)return e.t(`journal.hold_hand`);let i=`journal.hold_${n.hold}`;return Number.isNaN(r)?e.t(i):e.t(`${i}_until`,{until:e.moment(r,t)})}var Se=[`start`,`stop`,`gap`,`removed`,`audio_captured`,`cut`,`lost`,`set_aside`];function Ce(e,t){let n=M(t.event);if(!Se.includes(n))return e.t(`journal.event`,{event:n});let r=Date.parse(M(t.since));return e.t(`journal.event_${n}`,{since:Number.isNaN(r)?``:e.moment(r),records:N(t.records),span:e.span(N(t.seconds)),file:M(t.file)})}var we=e=>JSON.stringify({seq:e.seq,id:e.id,at:Te(e.at),kind:e.kind,speaker:e.speaker,...e.body,hash:e.hash},null,2),Te=e=>Number.isFinite(e)&&Math.abs(e)<864e13?new Date(e).toISOString():String(e),F=[`activation`,`decision`,`microphone`,`command`,`breach`,`hold`,`lifecycle`],Ee=[`answered`,`unanswered`,`unknown`];function I(e,t){let n=L(e,t);return n.kinds||e.commands?n:{...n,kinds:F.filter(e=>e!==`command`)}}function L(e,t){let n=x(t,e.from),r=x(t,e.to,1);return{...n!==void 0&&{start:n},...r!==void 0&&(n===void 0||r>n)&&{end:r},...e.kind&&{kinds:[e.kind]},...e.speaker!==void 0&&{speakers:[e.speaker]},...e.outcome&&(!e.kind||e.kind===`activation`)&&{outcomes:[e.outcome],kinds:[`activation`]}}}function De(e,t,n){if(e.outcome&&t.body?.outcome!==e.outcome||e.allowed!==void 0&&he(t)!==e.allowed)return!1;let r=e.text?.trim().toLocaleLowerCase();if(!r)return!0;let{what:i,who:a,kind:o}=n(),{lost:s,...c}=t.body??{};return[i,a,o,t.id,JSON.stringify(c)].some(e=>e?.toLocaleLowerCase().includes(r))}function Oe(e,t,n){let{start:r,end:i,kinds:a,speakers:o}=L(e,t),s=new URLSearchParams({format:n});return r!==void 0&&s.set(`start`,new Date(r).toISOString()),i!==void 0&&s.set(`end`,new Date(i).toISOString()),a&&s.set(`kinds`,a.join(`,`)),o&&s.set(`speakers`,o.join(`,`)),`/api/earlid/journal?${s}`}var R=`*`;function ke(t,n,r,a,o){let s=(e,t,n=!1)=>{let{[e]:i,...o}=r;a(t===void 0?o:{...o,[e]:t},n)},c=(e,n,a=e=>e)=>i`<label>${t.t(`journal.${e}`)}
      <select
        @change=${t=>{let n=t.target.value;s(e,n===R?void 0:a(n))}}
      >
        <option value=${R} ?selected=${r[e]===void 0}>${t.t(`journal.all`)}</option>
        ${n.map(([t,n])=>i`<option value=${t} ?selected=${r[e]===a(t)}>${n}</option>`)}
      </select>
    </label>`,l=e=>i`<label>${t.t(`journal.${e}`)}
      <input type="date" .value=${r[e]??``} @change=${t=>s(e,t.target.value||void 0,!0)} />
    </label>`,u=[[`yes`,t.t(`journal.permitted`)],[`no`,t.t(`journal.not_permitted`)]],d=n.speakers.map(e=>[e.slug,e.name]);return n.is_admin&&d.push([``,t.t(`journal.home`)]),i`<div class="bar" role="search" aria-label=${t.t(`journal.filter`)}>
    ${c(`speaker`,d)}
    ${c(`kind`,F.map(e=>[e,t.t(`journal.kind_${e}`)]))}
    ${c(`outcome`,Ee.map(e=>[e,t.t(`journal.outcome_${e}`)]))}
    ${c(`allowed`,u,e=>e===`yes`)}
    ${l(`from`)} ${l(`to`)}
    <label>${t.t(`journal.text`)}
      <input type="search" .value=${r.text??``} @input=${e=>s(`text`,e.target.value||void 0)} />
    </label>
    ${r.kind||r.outcome?e:i`<label class="tick">
            <input type="checkbox" .checked=${r.commands??!1} @change=${e=>s(`commands`,e.target.checked||void 0)} />
            ${t.t(`journal.with_commands`)}
          </label>`}
    ${o}
  </div>`}function Ae({from:e,to:t},n,r){return`earlid-journal_${e||t?`${e??`begin`}_${t??n}`:n}.${r}`}async function je(e,t,n){let r=await e.fetchWithAuth(t);if(!r.ok){let e=await r.json().catch(()=>({}));throw Error(e.message??String(r.status))}let i=URL.createObjectURL(await r.blob()),a=document.createElement(`a`);a.href=i,a.download=n,a.target=`_blank`,a.click(),setTimeout(()=>URL.revokeObjectURL(i),6e4)}var z={jsonl:`JSON Lines`,csv:`CSV`},Me=class extends r{static{this.properties={hass:{attribute:!1},words:{attribute:!1},filter:{attribute:!1},note:{state:!0},verifying:{state:!0}}}static{this.styles=[S,t`
      :host {
        display: block;
        margin-inline-start: auto;
      }
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
      }
      span {
        color: var(--secondary-text-color);
        font-size: 0.8125em;
      }
      p {
        margin: 8px 0 0;
        border-inline-start: 4px solid var(--success-color);
        padding-inline-start: 8px;
      }
      p.bad {
        border-color: var(--error-color);
      }
    `]}constructor(){super(),this.filter={},this.verifying=!1}render(){let{words:t,note:n}=this;return t?i`<div role="group" aria-label=${t.t(`journal.export`)}>
        <span aria-hidden="true">${t.t(`journal.export_as`)}</span>
        ${Object.keys(z).map(e=>i`<button type="button" title=${t.t(`journal.export_${e}`)} @click=${()=>this.save(t,e)}>${z[e]}</button>`)}
        <button type="button" data-deed="verify" aria-disabled=${this.verifying?`true`:`false`} @click=${()=>this.verify(t)}>
          <span aria-live="polite" style="color: inherit; font-size: inherit">${t.t(this.verifying?`journal.verifying`:`journal.verify`)}</span>
        </button>
      </div>
      ${n?i`<p class=${n.bad?`bad`:``} role=${n.bad?`alert`:`status`}>${n.text}</p>`:e}`:e}async save(e,t){let{hass:n,filter:r}=this;if(!n)return;this.note=void 0;let i=_.of(e.zone);try{await je(n,Oe(r,i,t),Ae(r,e.isoDay(Date.now()),t))}catch(t){this.note={text:e.t(`journal.not_exported`,{error:B(t)}),bad:!0}}}async verify(e){let{hass:t}=this;if(t&&!this.verifying){this.verifying=!0,this.note=void 0;try{let{ok:n,checked:r,cuts:i,first_bad:a}=await ne(t),o=n?i?`journal.whole_cut`:`journal.whole`:`journal.not_whole`,s=e.t(o,{checked:e.number(r),seq:e.number(a?.seq??0)});this.note={text:s,bad:!n}}catch(t){this.note={text:e.t(`journal.not_verified`,{error:B(t)}),bad:!0}}finally{this.verifying=!1}}}},B=e=>{let{message:t}=e??{};return typeof t==`string`&&t?t:String(e)};customElements.get(`earlid-journal-record`)??customElements.define(`earlid-journal-record`,Me);function Ne(t,n,r,a){let{entry:o,what:s,who:c,kind:l,bad:u,over:d}=n,{index:f,open:p,active:m}=r;return i`<div
    class="row ${u?`bad`:d?`over`:``} ${p?`open`:``}"
    role="row"
    aria-rowindex=${f+2}
    aria-expanded=${p}
    data-id=${o.id}
    tabindex=${m?0:-1}
    style="transform: translateY(${r.top}px)"
    @click=${a}
  >
    <span class="cell when" role="gridcell">${t.date(o.at)} ${t.seconds(o.at)}</span>
    <span class="cell who" role="gridcell" title=${c}>${c}</span>
    <span class="cell kind" role="gridcell">${l}</span>
    <span class="cell what" role="gridcell" title=${s}>${s}</span>
    <span class="more" aria-hidden="true">▾</span>
    ${p?i`<pre role="gridcell" tabindex="0" aria-label=${t.t(`journal.record`)}>${we(o)}</pre>`:e}
  </div>`}var V=e=>i`<p class="note" role="row"><span role="gridcell">${e}</span></p>`;function Pe(t,n,r,a,o){return r.loading?V(t.t(`journal.loading`)):r.more&&!a?V(i`<button type="button" @click=${o}>${t.t(`journal.further`)}</button>`):n||r.more?e:V(t.t(`journal.none`))}var H=1e3,Fe=class{constructor(){this.records=[],this.more=!0,this.failed=!1,this.loading=!1,this.asked={},this.question=0}ask(e){this.asked=e,this.records=[],this.more=!0,this.loading=!1,this.failed=!1,this.question++}async next(e){if(this.loading||!this.more)return!1;let t=this.records.at(-1)?.seq;return this.read(e,t===void 0?{}:{before_seq:t},(e,t)=>{this.records=[...this.records,...e],this.more=t&&e.length>0})}async top(e,t){return!this.loading&&this.read(e,{},(e,n)=>{let r=this.records[0]?.seq??-1;if(e.length&&e.every(e=>e.seq>r)&&n){this.records=e,this.more=!0;return}let i=new Map(e.map(e=>[e.id,e])),a=e.filter(e=>e.seq>r);this.records=[...a,...this.records.map(e=>Ie(e,i.get(e.id)))],this.records.length||(this.more=n),t&&this.records.length>H&&(this.records=this.records.slice(0,H),this.more=!0)})}async read(e,t,n){let{question:r}=this;this.loading=!0;try{let i=await l(e,{...this.asked,...t,limit:200});if(r!==this.question)return!1;n(i.records??[],i.more),this.failed=!1}catch(e){if(r!==this.question)return!1;this.failed||console.warn(`Earlid's journal could not be read`,e),this.failed=!0}return this.loading=!1,!0}},Ie=(e,t)=>t&&JSON.stringify(t)!==JSON.stringify(e)?t:e,Le=t`
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
  .bar label.tick {
    flex-direction: row;
    align-items: center;
    gap: 6px;
    min-block-size: 36px;
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
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
    font-weight: 600;
  }
  .bad .what::before {
    content: "! ";
  }
  .over .what::before {
    content: "✓ ";
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
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
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
`,U=1e3,Re=3e4,ze=class{constructor(e){this.renew=e}look(e,t){return e&&b(e,t)?(this.later(U),!0):(this.seldom??=setTimeout(()=>{this.seldom=void 0,this.later(0)},Re),!1)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.renew()},e)}stop(){clearTimeout(this.timer),clearTimeout(this.seldom),this.timer=this.seldom=void 0}},W=(e,t)=>t*e.height+(e.open>=0&&t>e.open?e.extra:0),Be=e=>W(e,e.count);function G(e,t){let{height:n,open:r,extra:i}=e,a=Math.floor(t/n);return r<0||a<=r?a:Math.max(r,Math.floor((t-i)/n))}function K(e,t,n,r=6){let i=Math.max(0,G(e,t)-r),a=Math.min(e.count,G(e,t+n)+1+r);return[Math.min(i,a),a]}function Ve(e,t,n,r){let i=W(e,t),a=i+e.height+(t===e.open?e.extra:0);return i<n||a-i>r?i:a>n+r?a-r:n}function He(e,t,n,r){let i={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+n,PageUp:t-n,Home:0,End:r-1}[e];return i===void 0?void 0:Math.max(0,Math.min(i,r-1))}var Ue=250,q=5e3,We=40,J=5,Ge=class extends y{static{this.properties={home:{attribute:!1},filter:{state:!0},opened:{state:!0},active:{state:!0}}}static{this.styles=[v,S,Le]}constructor(){super(),this.pages=new Fe,this.shown=[],this.rows=new WeakMap,this.narrow=!1,this.scrolled=0,this.seen=520,this.searched=0,this.frame=0,this.watch=new ze(()=>void this.renew()),this.begun=!1,this.sizes=new ResizeObserver(()=>this.measure()),this.further=()=>{this.searched=0,this.requestUpdate()},this.change=(e,t)=>{let n=_.of(this.words?.zone),r=JSON.stringify(I(e,n))!==JSON.stringify(I(this.filter,n));this.filter=e,this.searched=0,this.opened=void 0,this.roll(0),r&&(this.pages.ask(I(e,n)),this.watch.stop(),setTimeout(()=>void this.next(),t?Ue:0))},this.keys=e=>{if(e.target.closest(`pre, button`)||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.shown.findIndex(e=>e.id===this.active),n=Math.max(1,Math.floor(this.seen/this.list.height)-1),r=He(e.key,t,n,this.shown.length);if(r!==void 0)this.go(r);else if(e.key===`Enter`||e.key===` `)this.toggle(this.active);else if(e.key===`Escape`&&this.opened!==void 0)this.opened=void 0;else return;e.preventDefault(),e.stopPropagation()},this.scrolls=()=>{this.frame||=requestAnimationFrame(()=>{this.frame=0,this.scrolled=this.scroller?.scrollTop??0,this.requestUpdate()})},this.filter={}}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.begun&&this.watch.later(U)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),cancelAnimationFrame(this.frame),this.watch.stop(),this.frame=0}shownOtherwise(e){this.rows=new WeakMap,e&&this.watch.later(U)}willUpdate(e){e.has(`home`)&&this.home&&this.hass&&this.look(e.get(`home`),this.home),this.sift(),this.shown.some(e=>e.id===this.active)||(this.active=this.shown[0]?.id)}look(e,t){this.begun?this.watch.look(e,t)&&(this.rows=new WeakMap):(this.begun=!0,this.pages.ask(I(this.filter,_.of(this.words?.zone))),this.next())}row(e){let t=this.rows.get(e);return!t&&this.words&&(t=ge(this.words,e,this.home),this.rows.set(e,t)),t}sift(){let{filter:e}=this;if(!this.words)return;let t=e.outcome===void 0&&e.allowed===void 0&&!e.text?.trim();this.shown=t?this.pages.records:this.pages.records.filter(t=>De(e,t,()=>this.row(t)))}get list(){return{count:this.shown.length,height:this.narrow?62:44,open:this.opened===void 0?-1:this.shown.findIndex(e=>e.id===this.opened),extra:208}}render(){let{words:t,home:n,pages:r}=this;if(!t?.ready||!n)return e;let a=this.list,[o,s]=K(a,this.scrolled,this.seen),c=Array.from({length:s-o},(e,t)=>o+t),l=this.shown.findIndex(e=>e.id===this.active);return l>=0&&(l<o||l>=s)&&c.push(l),i`<div dir=${t.rightToLeft?`rtl`:`ltr`}>
      ${ke(t,n,this.filter,this.change,n.is_admin?this.record(t):e)}
      ${r.failed?i`<p class="failed" role="alert">${t.t(`journal.failed`)}</p>`:e}
      <div
        class="grid"
        role="treegrid"
        aria-label=${t.t(`journal.title`)}
        aria-rowcount=${r.more?-1:a.count+1}
        aria-busy=${r.loading}
      >
        <div class="head" role="row" aria-rowindex="1">
          ${[`when`,`who`,`kind`,`what`].map(e=>i`<span role="columnheader">${t.t(`journal.${e}`)}</span>`)}
        </div>
        <div class="rows" role="rowgroup" @scroll=${this.scrolls} @keydown=${this.keys}>
          <div style="block-size: ${Be(a)}px" role="presentation">
            ${me(c,e=>this.shown[e]?.id,e=>this.line(e,a))}
          </div>
          ${Pe(t,this.shown.length,r,this.searched<J,this.further)}
        </div>
      </div>
    </div>`}record(e){return i`<earlid-journal-record .hass=${this.hass} .words=${e} .filter=${this.filter}></earlid-journal-record>`}line(t,n){let r=this.shown[t];if(!r||!this.words)return e;let i={index:t,top:W(n,t),open:t===n.open,active:r.id===this.active};return Ne(this.words,this.row(r),i,e=>this.clicked(e,r))}updated(){this.measure();let e=this.list,[,t]=K(e,this.scrolled,this.seen);this.begun&&this.pages.more&&!this.pages.loading&&!this.pages.failed&&t+We>e.count&&this.searched<J&&this.next()}async next(){let{hass:e}=this;if(!e)return;let t=this.shown.length,n=this.pages.next(e);this.requestUpdate(),await n&&(this.sift(),this.searched=this.shown.length>t?0:this.searched+1,this.pages.failed&&this.watch.later(q),this.requestUpdate())}async renew(){let{hass:e,pages:t}=this;if(!e||!this.isConnected)return;let n=this.scrolled<4,r=this.shown[0]?.id;if(t.loading||!await t.top(e,n)){this.watch.later(U);return}t.failed&&this.watch.later(q),this.sift();let i=this.shown.findIndex(e=>e.id===r);this.requestUpdate(),n||i<=0||(await this.updateComplete,this.roll(this.scrolled+i*this.list.height))}clicked(e,t){e.target.closest(`pre`)||(this.active=t.id,this.toggle(t.id))}toggle(e){this.opened=this.opened===e?void 0:e}async go(e){this.active=this.shown[e]?.id,this.roll(Ve(this.list,e,this.scrolled,this.seen)),await this.updateComplete;let t=CSS.escape(this.active??``);this.renderRoot.querySelector(`.row[data-id="${t}"]`)?.focus({preventScroll:!0})}get scroller(){return this.renderRoot?.querySelector(`.rows`)??null}roll(e){let{scroller:t}=this;t&&(t.scrollTop=e),this.scrolled=t?.scrollTop??0,this.requestUpdate()}measure(){let e=this.scroller?.clientHeight??0,t=this.clientWidth>0&&this.clientWidth<=640;(e&&e!==this.seen||t!==this.narrow)&&(this.seen=e||this.seen,this.narrow=t,this.requestUpdate())}};customElements.get(`earlid-journal`)??customElements.define(`earlid-journal`,Ge);var Ke=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:p},home:{attribute:!1},lost:{attribute:!1},asking:{state:!0}}}static{this.styles=[c,d,t`
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
      /* An icon that was not shown before could not be fetched now. */
      .large .sign {
        inline-size: 32px;
        text-align: center;
        font-size: 28px;
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
    `]}constructor(){super(),this.presses=new w(this),this.asking=!1,this.lost=null}willUpdate(e){let t=e.get(`home`);t&&this.home&&t.lockdown!==this.home.lockdown&&(this.presses.answered(),this.asking=!1),this.lost!==null&&(this.asking=!1)}updated(e){e.has(`asking`)&&this.asking&&this.renderRoot.querySelector(`[data-deed=keep]`)?.focus()}render(){let{hass:t,home:n}=this;if(!t||!n?.lockdown_entity)return e;let r=new g(t),a=n.lockdown,o=this.lost!==null,s=o?`panel.disconnected`:a&&!n.may_allow?`panel.lift_admins_only`:null,c=this.presses.stageOf(`lockdown`);return i`
      <button
        type="button"
        class="large"
        data-deed="lockdown"
        aria-pressed=${o?`mixed`:a?`true`:`false`}
        aria-disabled=${s||this.presses.busy?`true`:`false`}
        aria-describedby=${s?`why-not`:e}
        @click=${()=>this.pressed(a,s!==null)}
      >
        ${c===`sending`?i`<span class="busy" aria-hidden="true"></span>`:o?i`<span class="sign" aria-hidden="true">?</span>`:i`<ha-icon icon=${a?`mdi:lock`:`mdi:lock-open-outline`}></ha-icon>`}
        <span aria-live="polite">
          <strong>${c?r.t(`panel.${c}`):a&&!o?r.t(`panel.locked`):r.entity(`switch.lockdown.name`)}</strong>
          <span class="quiet">${r.t(o?a?`panel.lockdown_was_on`:`panel.lockdown_was_off`:a?`panel.lockdown_on`:`panel.lockdown_off`)}</span>
        </span>
      </button>
      ${s?i`<p class="reason quiet" id="why-not">${r.t(s)}</p>`:e}
      ${this.asking?this.question(r):e}
      ${this.presses.error===null?e:i`<p class="error" role="alert">${r.apart(this.presses.error)}</p>`}
    `}question(e){let t=e=>{this.asking=!1,e&&this.turn(`turn_off`),this.renderRoot.querySelector(`.large`)?.focus()};return i`<div
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
    </div>`}pressed(e,t){t||this.presses.busy||(e?this.asking=!this.asking:this.turn(`turn_on`))}turn(e){let{hass:t,home:n}=this,r=n?.lockdown_entity;t&&r&&this.presses.press(`lockdown`,t,()=>t.callService(`switch`,e,{},{entity_id:r},!1))}};h(`earlid-lockdown`,Ke);var qe=7,Je=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:p},home:{attribute:!1},lost:{attribute:!1}}}static{this.styles=[c,d,t`
      ul {
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        align-items: center;
        padding-block: 10px;
      }
      li:first-child {
        padding-block-start: 0;
      }
      li:last-child {
        padding-block-end: 0;
      }
      li + li {
        border-block-start: 1px solid var(--divider-color);
      }
      li > ha-icon {
        color: var(--secondary-text-color);
        flex: none;
      }
      li.holds > ha-icon {
        color: var(--primary-text-color);
      }
      .what {
        flex: 1 1 24ch;
        min-inline-size: 0;
      }
      .what strong {
        font-weight: 500;
      }
      .off .what {
        opacity: 0.75;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .track {
        inline-size: 36px;
        block-size: 20px;
        border-radius: 10px;
        border: 2px solid var(--secondary-text-color);
        padding: 2px;
        flex: none;
      }
      .track::after {
        content: "";
        display: block;
        inline-size: 12px;
        block-size: 12px;
        border-radius: 50%;
        background: var(--secondary-text-color);
      }
      [aria-checked="true"] .track {
        border-color: var(--primary-color);
      }
      [aria-checked="true"] .track::after {
        margin-inline-start: auto;
        background: var(--primary-color);
      }
    `]}constructor(){super(),this.presses=new w(this),this.lost=null}willUpdate(e){let t=e.get(`home`);t&&t.rules!==this.home?.rules&&this.presses.answered()}render(){let{hass:t,home:n}=this;if(!t||!n)return e;let r=new g(t);return i`<ul role="list">
      ${n.rules.map(e=>this.rule(r,t,n,e))}
    </ul>`}rule(t,n,r,a){let o=a.enabled&&a.in_force===!0,s=this.lost!==null,c=s?`disconnected`:Ye(r,a),l=this.presses.stageOf(a.slug),u=s?`not_known`:a.enabled?`rule_${a.in_force??`unknown`}`:`rule_off`;return i`<li class="${o?`holds`:``} ${a.enabled?``:`off`}" data-rule=${a.slug}>
      <ha-icon icon=${a.effect===`mute`?`mdi:microphone-off`:`mdi:microphone`}></ha-icon>
      <div class="what">
        <p class="clip"><strong><bdi>${a.name}</bdi></strong> · <span class="state">${t.t(`panel.${u}`)}</span></p>
        <p class="quiet clip">${t.t(`panel.rule_${a.effect}`,{who:Xe(t,a),when:Ze(t,a)})}</p>
        ${this.presses.refused===a.slug&&this.presses.error!==null?i`<p class="error" role="alert">${t.apart(this.presses.error)}</p>`:e}
      </div>
      <div class="actions">
        ${a.entity_id===null?e:i`<button
                type="button"
                role="switch"
                data-deed="turn"
                aria-checked=${a.enabled?`true`:`false`}
                aria-label=${t.t(`panel.rule_counts`,{name:a.name})}
                aria-disabled=${c||this.presses.busy?`true`:`false`}
                title=${c?t.t(`panel.${c}`):e}
                @click=${()=>!c&&this.turn(n,a)}
              >
                <span class="track" aria-hidden="true"></span>
                <span aria-live="polite">${t.t(l?`panel.${l}`:a.enabled?`panel.counts`:`panel.counts_not`)}</span>
              </button>`}
        ${r.is_admin?i`<button
                type="button"
                data-deed="change"
                aria-label=${t.t(`panel.change_rule`,{name:a.name})}
                @click=${C(this,n,r.entry_id,{change:a.subentry_id,of:`rule`})}
              >
                ${t.t(`panel.change`)}
              </button>`:e}
      </div>
    </li>`}turn(e,t){let n=t.enabled?`turn_off`:`turn_on`,r={entity_id:t.entity_id??``};this.presses.press(t.slug,e,()=>e.callService(`switch`,n,{},r,!1))}};function Ye({may_allow:e},{may_control:t,may_control_speakers:n,enabled:r,effect:i}){return t?r===(i===`mute`)?n?e?null:`admins_only`:`no_control_rule`:null:`no_control_switch`}var Xe=(e,{speakers:t})=>t?.length?e.list(t):e.t(t?`panel.gone_speakers`:`panel.all_speakers`);function Ze(e,{days:t,begins:n,ends:r,entities:i,quantifier:a}){if(t.length){let i=t.length===qe?e.t(`panel.every_day`):e.list(Qe(e,t));return n===r?i:e.t(`panel.rule_hours`,{days:i,from:e.clock(n),to:e.clock(r)})}let o=e.list(i);return a?e.t(`panel.rule_${a}`,{who:o||`…`}):i.length?e.t(`panel.rule_entity`,{name:o}):e.t(`panel.rule_conditions`)}function Qe(e,t){let n=[];for(let r=0,i=0;r<t.length;r=i+=1){for(;t[i+1]===(t[i]??0)+1;)i+=1;let a=t.slice(r,i+1).map(t=>e.weekday(t));n.push(...a.length>2?[`${a[0]}–${a.at(-1)}`]:a)}return n}h(`earlid-rules`,Je);var $e=8,et=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:p},home:{attribute:!1},whole:{state:!0}}}static{this.styles=[c,d,t`
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
    `]}constructor(){super(),this.presses=new w(this),this.whole=!1}render(){let{hass:t,home:n}=this;if(!t||!n?.unguarded.length)return e;let r=new g(t),a=n.unguarded,o=this.whole?a:a.slice(0,$e);return i`
      <p class="quiet">${r.t(`unguarded.explain`)}</p>
      <ul role="list">
        ${o.map(e=>i`<li>${this.device(r,t,n,e)}</li>`)}
      </ul>
      <div class="actions">
        <button type="button" @click=${()=>ae(oe)}>${r.t(`unguarded.options`)}</button>
        ${o.length<a.length?i`<button type="button" @click=${()=>this.show()}>
                ${r.t(`panel.all_unguarded`,{n:r.number(a.length)})}
              </button>`:e}
      </div>
    `}device(t,n,r,{device_id:o,name:s,area:c,model:l,why:u}){let d=C(this,n,r.entry_id,{add:`speaker`,typed:{device_id:o}}),f=[c,l].filter(e=>e!==null&&e!==``).map(e=>t.apart(String(e))),p=this.presses.stageOf(o);return i`<div>
        <p class="clip">
          <bdi>${s}</bdi>${f.length?i`<span class="quiet"> · ${f.join(` · `)}</span>`:e}
        </p>
        <p class="quiet">${t.t(`unguarded.${u}`)}</p>
        ${this.presses.refused===o&&this.presses.error!==null?i`<p class="error" role="alert">${t.apart(this.presses.error)}</p>`:e}
      </div>
      <div class="actions">
        <button
          type="button"
          data-deed="guard"
          class="main"
          aria-label=${t.t(`unguarded.guard_device`,{device:s})}
          @click=${d}
        >
          <ha-icon icon="mdi:plus"></ha-icon>${t.t(`unguarded.guard`)}
        </button>
        <button
          type="button"
          data-deed="leave_alone"
          aria-label=${p?e:t.t(`unguarded.leave_device_alone`,{device:s})}
          aria-disabled=${this.presses.busy?`true`:`false`}
          @click=${()=>this.presses.press(o,n,()=>a(n,o))}
        >
          <span aria-live="polite">${t.t(p?`panel.${p}`:`unguarded.leave_alone`)}</span>
        </button>
      </div>`}show(){this.whole=!0}};h(`earlid-unguarded`,et);var Y=600,X=(e,t)=>{let n=e?.[t];return Number.isFinite(n)?n:0};function tt(e,t){let n=Array(168).fill(0),r=Array(168).fill(0);for(let i of e.speakers)if(t===void 0||i.speaker===t)for(let e=0;e<n.length;e++)n[e]=X(n,e)+X(i.wakes,e),r[e]=X(r,e)+X(i.unanswered,e);return{wakes:n,unanswered:r,most:Math.max(...n),total:Z(n)}}var Z=e=>e.reduce((e,t)=>e+(Number.isFinite(t)?t:0),0),Q=(e,t)=>t>=Y?e/(t/3600):null;function nt(e){let t=Z(e.wakes??[]),n=Z(e.unanswered??[]);return{speaker:e.speaker,name:e.name,wakes:t,unanswered:n,share:t?n/t:null,perHour:Q(n,e.live)}}function rt(e){let t=e.speakers.map(nt).sort((e,t)=>t.wakes-e.wakes),n={wakes:0,unanswered:0};for(let e of t)n.wakes+=e.wakes,n.unanswered+=e.unanswered;let r=e.speakers.filter(({live:e})=>e>=Y),i=r.reduce((e,t)=>e+Z(t.unanswered??[]),0),a=r.reduce((e,t)=>e+t.live,0);return{each:t,all:{speaker:``,name:``,wakes:n.wakes,unanswered:n.unanswered,share:n.wakes?n.unanswered/n.wakes:null,perHour:Q(i,a)}}}var it=[`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`,`sunday`];function at(e,t){let n=it.indexOf(e),r=n>=0?n:ot(t);return Array.from({length:7},(e,t)=>(r+t)%7)}function ot(e){try{let t=new Intl.Locale(e),n=(t.getWeekInfo?.()??t.weekInfo)?.firstDay;return n?n-1:0}catch{return 0}}var st=(e,t)=>e<=0||t<=0?0:Math.max(1,Math.ceil(Math.sqrt(e/t)*4)),ct=t`
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
  /* Below the map where it would be cut off beside it. */
  .sums {
    flex: 1 1 400px;
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
  .heat th small {
    display: block;
    font-size: 0.75em;
    line-height: 1;
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
    padding: 4px 6px;
    text-align: end;
    vertical-align: bottom;
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
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
  }
`,lt=[7,30,90],ut=3e3,dt=1e4,ft=640,pt=e=>new Intl.DateTimeFormat(e,{hour:`numeric`,hourCycle:`h12`,timeZone:`UTC`}),mt=class extends y{static{this.properties={home:{attribute:!1},days:{state:!0},speaker:{state:!0},answer:{state:!0},failed:{state:!0},narrow:{state:!0}}}static{this.styles=[v,S,ct]}constructor(){super(),this.asked=0,this.sizes=new ResizeObserver(([e])=>{e&&(this.narrow=e.contentRect.width<ft)}),this.choose=e=>{this.speaker=e.target.value||void 0},this.days=30,this.failed=!1,this.narrow=!1}connectedCallback(){super.connectedCallback(),this.sizes.observe(this),this.hasUpdated&&this.later(0)}disconnectedCallback(){super.disconnectedCallback(),this.sizes.disconnect(),clearTimeout(this.timer),this.timer=void 0}shownOtherwise(e){(e||!this.answer)&&this.later(0),this.dir=this.words?.rightToLeft?`rtl`:`ltr`}willUpdate(e){if(!e.has(`home`)||!this.home)return;let t=e.get(`home`);t?ht(t,this.home)&&this.later(ut):this.later(0),this.speaker!==void 0&&!this.home.speakers.some(e=>e.slug===this.speaker)&&(this.speaker=void 0)}render(){let{words:t,home:n,answer:r}=this;return!t?.ready||!n?e:i`<div class="bar">
        <select aria-label=${t.t(`wakes.speaker`)} @change=${this.choose}>
          <option value="" ?selected=${this.speaker===void 0}>${t.t(`wakes.all`)}</option>
          ${n.speakers.map(e=>i`<option value=${e.slug} ?selected=${e.slug===this.speaker}>${e.name}</option>`)}
        </select>
        <div class="group" role="group" aria-label=${t.t(`wakes.span`)}>
          ${lt.map(e=>i`<button type="button" aria-pressed=${e===this.days} @click=${()=>this.span(e)}>${t.t(`wakes.days`,{days:e})}</button>`)}
        </div>
      </div>
      ${this.failed?i`<p class="failed" role="alert">${t.t(`wakes.failed`)}</p>`:e}
      ${r?this.shown(r,n):e}`}shown(e,t){let n=this.words,r=tt(e,this.speaker),{each:a,all:o}=rt(e),s=this.speaker===void 0?a:a.filter(e=>e.speaker===this.speaker);return i`<div class="both" aria-busy=${!1}>
      <div class="heat">
        ${this.map(r)}
        <p>${n.t(r.total?`wakes.zone`:`wakes.none`)}</p>
      </div>
      <div class="sums" tabindex="0" role="region" aria-label=${n.t(`wakes.sums`)}>
        ${this.table(s,this.speaker===void 0&&a.length>1?o:void 0)}
        <p>${n.t(`wakes.reference`,{rate:n.number(t.reference_per_hour,2)})}</p>
      </div>
    </div>`}map(e){let t=this.words,n=this.hass?.locale,r=at(n?.first_weekday??``,t.language),a=Array.from({length:24},(e,t)=>t),o=(e,n)=>i`<th scope=${n} class=${n===`row`?`side`:``}><abbr title=${t.weekday(e,`long`)} style="text-decoration: none">${t.weekday(e)}</abbr></th>`,s=(e,t)=>i`<th scope=${t} class=${t===`row`?`side`:``}>${t===`row`?this.hour(e,!0):this.brief(e)}</th>`,[c,l]=this.narrow?[r,a]:[a,r],[u,d]=this.narrow?[o,s]:[s,o];return i`<table>
      <caption class="unseen">${t.t(`wakes.caption`,{total:e.total})}</caption>
      <thead><tr><td class="side" style="inline-size: 44px; background: none"></td>${c.map(e=>u(e,`col`))}</tr></thead>
      <tbody>
        ${l.map(t=>i`<tr>${d(t,`row`)}${c.map(n=>this.narrow?this.cell(e,n,t):this.cell(e,t,n))}</tr>`)}
      </tbody>
    </table>`}cell(e,t,n){let r=this.words,a=t*24+n,[o=0,s=0]=[e.wakes[a],e.unanswered[a]];if(!o)return i`<td><span class="unseen">0</span></td>`;let c=r.t(`wakes.cell`,{day:r.weekday(t,`long`),from:this.hour(n,!0),to:this.hour((n+1)%24,!0),count:o,unanswered:s});return i`<td class="s${st(o,e.most)}" title=${c}>${r.number(o)}</td>`}table(t,n){let r=this.words,a=(e,t)=>i`<tr>
      <th scope="row" title=${t}>${t}</th>
      <td>${r.number(e.wakes)}</td>
      <td>${r.number(e.unanswered)}</td>
      <td class="share">${e.share===null?`–`:i`<span style="--part: ${e.share*100}%"></span>${r.percent(e.share)}`}</td>
      <td>${e.perHour===null?`–`:r.number(e.perHour,2)}</td>
    </tr>`;return i`<table>
      <caption class="unseen">${r.t(`wakes.sums`)}</caption>
      <thead><tr>
        <th scope="col">${r.t(`wakes.name`)}</th>
        ${[`count`,`unanswered`,`share`,`per_hour`].map(e=>i`<th scope="col">${r.t(`wakes.${e}`)}</th>`)}
      </tr></thead>
      <tbody>${t.map(e=>a(e,e.name))}</tbody>
      ${n?i`<tfoot>${a(n,r.t(`wakes.together`))}</tfoot>`:e}
    </table>`}hour(e,t){let n=this.words;return n.twelve?pt(n.language).format(e*36e5):String(e).padStart(2,`0`)+(t?`:00`:``)}brief(e){let t=this.words;if(!t.twelve)return this.hour(e,!1);let n=pt(t.language).formatToParts(e*36e5).find(e=>e.type===`dayPeriod`)?.value;return i`${e%12||12}<small>${n}</small>`}span(e){this.days=e,clearTimeout(this.timer),this.timer=void 0,this.later(0)}later(e){this.timer??=setTimeout(()=>{this.timer=void 0,this.ask()},e)}async ask(){let{hass:e,home:t}=this;if(!e||!t||!this.isConnected)return;let n=++this.asked,r=Date.now();try{let t=await s(e,r-this.days*re,r);if(n!==this.asked)return;this.answer={...t,speakers:t.speakers??[]},this.failed=!1}catch(e){if(n!==this.asked)return;this.failed||console.warn(`Earlid's activations could not be read`,e),this.failed=!0,this.isConnected&&this.later(dt)}}};function ht(e,t){let n=b(e,t);if(!n)return!1;if(!n.speakers)return!0;let r=e=>JSON.stringify(e.speakers.map(e=>[e.last_activation,e.activations_today]));return r(e)!==r(t)}customElements.get(`earlid-wakes`)??customElements.define(`earlid-wakes`,mt);var gt=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:p},narrow:{type:Boolean,reflect:!0},route:{attribute:!1},panel:{attribute:!1}}}static{this.styles=[c,d,t`
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
      main.many {
        gap: 12px;
        padding-block-start: 12px;
      }
      .grid.many {
        gap: 12px;
        grid-template-columns: repeat(auto-fill, minmax(min(216px, 100%), 1fr));
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
    `]}constructor(){super(),this.follower=new o(this),this.words=new ee(this),this.narrow=!1}render(){let{hass:t}=this;if(!t)return e;let n=new g(t),{home:r}=this.follower;return i`
      <header>
        <ha-menu-button .hass=${t} .narrow=${this.narrow}></ha-menu-button>
        <h1>Earlid</h1>
        ${r?.speakers.length&&this.words.ready?i`<div class="summary">${this.follower.lost===null?_t(n,r):n.t(`panel.summary_lost`)}</div>`:e}
      </header>
      <main class=${r&&$(r)?`many`:``} aria-busy=${this.words.ready&&this.follower.standing!==`asking`?`false`:`true`}>
        ${this.words.ready?i`${u(n,this.follower.standing)}
              ${r&&m(r)?f(n,`updated`):e} ${r?this.sections(n,t,r):e}`:e}
      </main>
    `}sections(t,n,r){let a=r.speakers.length>0,o=$(r),{lost:s}=this.follower,c=(e,n)=>i`<section aria-label=${t.t(e)}>
        <h2>${t.t(e)}</h2>
        <div class="sheet">${n}</div>
      </section>`;return i`
      ${a?i`<earlid-lockdown .hass=${n} .home=${r} .lost=${s}></earlid-lockdown>`:e}
      ${a&&r.rules.length?e:i`<earlid-first-steps .hass=${n} .home=${r}></earlid-first-steps>`}
      ${a?i`<section aria-label=${t.t(`panel.speakers`)}>
                <div class="title">
                  <h2>${t.t(`panel.speakers`)}</h2>
                  ${this.adding(t,n,r,`speaker`)}
                </div>
                <ul class="grid ${o?`many`:``}" role="list">
                  ${r.speakers.map(e=>i`<li>
                        <earlid-speaker .hass=${n} .home=${r} .speaker=${e} .lost=${s} .day=${t.day(Date.now())} ?dense=${o}></earlid-speaker>
                      </li>`)}
                </ul>
              </section>
              ${r.rules.length?i`<section aria-label=${t.t(`panel.rules`)}>
                      <div class="title">
                        <h2>${t.t(`panel.rules`)}</h2>
                        ${this.adding(t,n,r,`rule`)}
                      </div>
                      <div class="sheet"><earlid-rules .hass=${n} .home=${r} .lost=${s}></earlid-rules></div>
                    </section>`:e}
              ${c(`panel.timeline`,i`<earlid-timeline .hass=${n} .home=${r}></earlid-timeline>`)}
              ${c(`panel.wakes`,i`<earlid-wakes .hass=${n} .home=${r}></earlid-wakes>`)}
              ${c(`panel.journal`,i`<earlid-journal .hass=${n} .home=${r}></earlid-journal>`)}`:e}
      ${r.unguarded.length?c(`unguarded.title`,i`<earlid-unguarded .hass=${n} .home=${r}></earlid-unguarded>`):e}
    `}adding(t,n,r,a){return r.is_admin?i`<button type="button" data-deed=${`add_${a}`} @click=${C(this,n,r.entry_id,{add:a})}>
      <ha-icon icon="mdi:plus"></ha-icon>${t.t(`panel.add_${a}`)}
    </button>`:e}},$=({speakers:e})=>e.length>=9;function _t(e,t){let n=e=>t.speakers.filter(({microphone:t})=>t===e).length;if(t.all_off)return e.entity(`binary_sensor.all_off.name`);let r={live:e.number(n(`live`)),all:e.number(t.speakers.length)},i=n(`unknown`);return i?e.t(`panel.summary_unknown`,{...r,unknown:e.number(i)}):e.t(`panel.summary`,r)}h(`earlid-panel`,gt);export{gt as EarlidPanel};