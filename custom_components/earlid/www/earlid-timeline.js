import{C as e,D as t,S as n,T as r,v as i,x as a}from"./worded.js";var o=Object.defineProperty,s=(e,t)=>{let n={};for(var r in e)o(n,r,{get:e[r],enumerable:!0});return t||o(n,Symbol.toStringTag,{value:`Module`}),n},c=e=>{let{themes:t,selectedTheme:n}=e;return[e.localize,e.locale,e.config?.time_zone,e.connected,t,n]},l=class extends n{constructor(...e){super(...e),this.connectedToHome=!0,this.told=[],this.loading=!1}get hass(){return this.given}set hass(e){if(this.given=e,!e)return;let t=c(e);if(t.every((e,t)=>e===this.told[t])&&this.told.length)return;let n=e.connected!==!1&&!this.connectedToHome;this.told=t,this.words=new a(e),this.connectedToHome=e.connected!==!1,this.load(e),this.shownOtherwise(n),this.requestUpdate()}shownOtherwise(e){}load(e){this.loading||this.words?.ready||(this.loading=!0,a.load(e).catch(e=>console.warn(`Earlid's sentences could not be read`,e)).finally(()=>{this.loading=!1,this.given&&(this.words=new a(this.given)),this.requestUpdate()}))}},u=t`
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`,d=t`
  button,
  select,
  input {
    font: inherit;
    color: var(--primary-text-color);
    background: var(--card-background-color, transparent);
    border: 1px solid var(--divider-color);
    border-radius: 8px;
    min-block-size: 36px;
    padding: 4px 10px;
    box-sizing: border-box;
    max-inline-size: 100%;
  }
  button {
    cursor: pointer;
  }
  @media (hover: hover) {
    button:hover:not(:disabled) {
      background: color-mix(in srgb, var(--primary-text-color) 8%, var(--card-background-color, transparent));
    }
  }
  @media (pointer: coarse) {
    button,
    select,
    input {
      min-block-size: 44px;
    }
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button[aria-pressed="true"] {
    border-color: var(--primary-color);
    box-shadow: inset 0 0 0 1px var(--primary-color);
    font-weight: 600;
  }
  /* Tab goes on within a date from part to part, and at its last, the calendar, the field itself is not focused. */
  input[type="date"]:focus-within,
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
`,f=t`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--primary-text-color);
    --name: 132px;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding-block-end: 8px;
  }
  .bar > .range {
    flex: 1 1 auto;
    min-inline-size: 12ch;
    color: var(--secondary-text-color);
  }
  .group {
    display: flex;
    gap: 4px;
  }
  .group > button {
    min-inline-size: 36px;
    padding-inline: 8px;
  }
  .lanes {
    position: relative;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    cursor: grab;
  }
  .lanes:active {
    cursor: grabbing;
  }
  .lane,
  .axis {
    display: grid;
    grid-template-columns: var(--name) minmax(0, 1fr);
    align-items: center;
  }
  .lane {
    border-block-start: 1px solid var(--divider-color);
    outline-offset: -2px;
  }
  .name {
    padding-inline: 4px 8px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  canvas {
    display: block;
    inline-size: 100%;
    /* The line of now goes below marks and labels. */
    position: relative;
    z-index: 1;
  }
  .lane canvas {
    block-size: 44px;
  }
  .axis canvas {
    block-size: 24px;
  }
  @container (max-width: 560px) {
    .lane,
    .axis {
      grid-template-columns: minmax(0, 1fr);
    }
    .axis > .name {
      display: none;
    }
    .lane > .name {
      padding-block-start: 4px;
      line-height: 1.1;
    }
  }
  .now,
  .cursor {
    position: absolute;
    left: 0;
    top: 0;
    pointer-events: none;
    visibility: hidden;
  }
  .now {
    inline-size: 2px;
    block-size: 100%;
    background: var(--primary-color);
  }
  .now::before {
    content: "";
    position: absolute;
    top: 18px;
    left: -3px;
    inline-size: 8px;
    block-size: 8px;
    border-radius: 4px;
    background: var(--primary-color);
  }
  .cursor {
    box-sizing: border-box;
    border: 2px solid var(--primary-text-color);
    border-radius: 4px;
    block-size: 32px;
  }
  .failed {
    color: color-mix(in srgb, var(--error-color) 70%, var(--primary-text-color));
    padding-block: 8px;
  }
  .empty {
    color: var(--secondary-text-color);
    padding-block: 16px;
  }
`,p=6e4,m=60*p,h=24*m,g=15*p,_=new Map,v=class e{constructor(e){this.offsets=new Map,this.format=new Intl.DateTimeFormat(`en-US`,{calendar:`gregory`,numberingSystem:`latn`,hourCycle:`h23`,year:`numeric`,month:`numeric`,day:`numeric`,hour:`numeric`,minute:`numeric`,second:`numeric`,...e&&{timeZone:e}})}static of(t){let n=_.get(t);if(!n){try{n=new e(t)}catch{n=e.of(void 0)}_.set(t,n)}return n}offset(e){let t=Math.floor(e/h),n=this.known(t*h);return n===this.known((t+1)*864e5)?n:this.known(Math.floor(e/g)*g)}wall(e){return e+this.offset(e)}at(e){return[e-this.offset(e-h),e-this.offset(e+h)].sort((e,t)=>e-t).find(t=>this.wall(t)===e)}dayStart(e){let t=this.at(e);if(t!==void 0)return t;let n=e-this.offset(e-h);for(;this.wall(n-g)>=e;)n-=g;return n}known(e){let t=this.offsets.get(e);return t===void 0&&(this.offsets.size>5e3&&this.offsets.clear(),t=this.lookUp(e),this.offsets.set(e,t)),t}lookUp(e){let t={};for(let{type:n,value:r}of this.format.formatToParts(e))t[n]=Number(r);let{year:n=1970,month:r=1,day:i=1,hour:a=0,minute:o=0,second:s=0}=t;return Date.UTC(n,r-1,i,a,o,s)-e}},y=[p,2*p,5*p,10*p,15*p,30*p,m,2*m,3*m,6*m,12*m,h,2*h,7*h,14*h],ee=4*h;function b(e,t,n=0){let r=t?Date.parse(`${t}T00:00:00Z`):NaN;return Number.isNaN(r)||r<0?void 0:e.dayStart(r+n*h)}function te(e,t,n){let r=e*n/Math.max(t,1);return y.find(e=>e>=r)??y.at(-1)}function ne(e,t,n,r){return r<864e5?re(e,t,n,r):ie(e,t,n,r)}function re(e,t,n,r){let i=[],a=[g,g/3,6e4].find(e=>r%e===0)??6e4,o=Math.ceil(t/a)*a;for(let t=o;t<=n;t+=a){let n=e.wall(t);n%r===0&&i.push({at:t,day:n%h===0})}return i}function ie(e,t,n,r){let i=[],a=r%6048e5==0?ee:0,o=a+Math.floor((e.wall(t)-a)/r)*r;for(;o<=e.wall(n);o+=r){let r=e.dayStart(o);r>=t&&r<=n&&i.push({at:r,day:!0})}return i}function ae(e,t){let n=[];for(let r of e){let e=n.at(-1);e&&r.at-e.at<t?r.day&&(n[n.length-1]=r):n.push(r)}return n}function x(e,t){return e==null||t==null?NaN:e<t?-1:e>t?1:e>=t?0:NaN}function oe(e,t){return e==null||t==null?NaN:t<e?-1:t>e?1:t>=e?0:NaN}function S(e){let t,n,r;e.length===2?(t=e===x||e===oe?e:se,n=e,r=e):(t=x,n=(t,n)=>x(e(t),n),r=(t,n)=>e(t)-n);function i(e,r,i=0,a=e.length){if(i<a){if(t(r,r)!==0)return a;do{let t=i+a>>>1;n(e[t],r)<0?i=t+1:a=t}while(i<a)}return i}function a(e,r,i=0,a=e.length){if(i<a){if(t(r,r)!==0)return a;do{let t=i+a>>>1;n(e[t],r)<=0?i=t+1:a=t}while(i<a)}return i}function o(e,t,n=0,a=e.length){let o=i(e,t,n,a-1);return o>n&&r(e[o-1],t)>-r(e[o],t)?o-1:o}return{left:i,center:o,right:a}}function se(){return 0}function ce(e){return e===null?NaN:+e}var le=S(x);le.right,le.left,S(ce).center,Array.prototype.slice;var C=[`none`,`off_proven`,`off_unproven`,`unknown`,`live`,`exposed`],ue=C.indexOf(`exposed`),w=e=>!e.allowed&&(e.microphone===`live`||e.microphone===`unknown`)?`exposed`:C.includes(e.microphone)?e.microphone:`unknown`,de=new Map(C.map((e,t)=>[e,t])),T=e=>de.get(w(e.brief?{...e,allowed:!0}:e))??0;function E(e){let t=e.outcome===`answered`?0:e.outcome===`unanswered`?2:1;return e.allowed?t:t+3}var D=S(e=>e.at),O=S(e=>e.end),fe=10*p,k=(e,t)=>{for(let n=1;n<e.length;n++)if(t(e[n])<t(e[n-1]))return e.toSorted((e,n)=>t(e)-t(n));return e};function pe(e,t){if(e.microphone!==`unknown`)return[e];let n=[],{start:r}=e;for(let i of t)i.end<=r||i.start>=e.end||(i.start>r&&n.push({...e,start:r,end:i.start}),r=i.end);return r<e.end?[...n,{...e,start:r}]:n}function me(e,t){let n=e=>e!==void 0&&w(e)===`exposed`,r=[];for(let i=0;i<e.length;){let a=i+1;for(;n(e[i])&&n(e[a])&&e[a]?.start===e[a-1]?.end;)a++;let o=e.slice(i,a),s=(o.at(-1)?.end??0)-(o[0]?.start??0),c=n(o[0])&&s<t*1e3;for(let e of o)r.push((e.brief??!1)===c?e:{...e,brief:c});i=a}return r}function he(e,t,n){return{speaker:e.speaker,name:e.name,deadline:e.deadline,bands:me(k((e.bands??[]).filter(e=>e.end>e.start).flatMap(e=>pe(e,n)),e=>e.start),e.deadline),decisions:k(e.decisions??[],e=>e.at),wakes:k(e.wakes??[],e=>e.at),ahead:k(e.ahead??[],e=>e.at),told:t}}function ge(e){let t=k(e.gaps??[],e=>e.start);return{start:e.start,end:e.end,now:e.now,tracks:new Map((e.lanes??[]).map(n=>[n.speaker,he(n,e.now,t)])),gaps:t}}var _e=e=>Math.max(e.start,e.now-fe);function ve(e,t,n,r=!1){let i=ge(t),a=Math.max(e.start,Math.min(n,i.start)),o=new Map;for(let[t,n]of e.tracks){let e=i.tracks.get(t);e?o.set(t,ye(n,e,i.start,a)):r||o.set(t,n)}for(let[e,t]of i.tracks)o.has(e)||o.set(e,t);return{start:a,end:Math.max(e.end,i.end),now:Math.max(e.now,i.now),tracks:o,gaps:be(e.gaps,i.gaps,i.start,a)}}function ye(e,t,n,r){return{speaker:t.speaker,name:t.name,deadline:t.deadline,bands:me(xe(be(e.bands,t.bands,n,r)),t.deadline),decisions:A(e.decisions,t.decisions,n,r,!0),wakes:A(e.wakes,t.wakes,n,r),ahead:t.ahead,told:t.told}}function be(e,t,n,r){return[...e.slice(O.right(e,r)).filter(e=>e.start<n).map(e=>e.end>n?{...e,end:n}:e),...t]}function xe(e){let t=[];for(let n of e){let e=t.at(-1),r=e?.microphone===n.microphone&&e.allowed===n.allowed;e&&r&&e.end>=n.start?t[t.length-1]={...e,end:Math.max(e.end,n.end)}:t.push(n)}return t}function A(e,t,n,r,i=!1){let a=Math.max(0,D.left(e,r)-+!!i),o=e.slice(a,D.left(e,n));return[...o,...t.slice(o.length?D.left(t,n):0)]}function Se(e,t){return e.decisions[D.right(e.decisions,t)-1]}function j(e,t){let n=O.left(e,t.end);for(;n<e.length&&e[n].start<t.end;)n++;return[O.right(e,t.start),n]}function M(e,t,n){return e.wakes.slice(D.left(e.wakes,t),D.right(e.wakes,n))}var Ce=5,we=2*p,Te=[`lockdown`,`hold`,`posture`];function N(e,t,n,r=!1){if(n)return n;switch(t){case`lockdown`:return e.entity(`sensor.decided_by.state.lockdown`);case`hold`:return e.t(`line.by_hand`);case`posture`:return e.t(r?`line.without_rule`:`line.no_rule`);default:return e.t(`line.a_rule`)}}function Ee(e,t,n,r,i){switch(n.kind){case`band`:{let a=M(t,Math.max(n.at,r-we),Math.min(n.end,r+we)),o=a.length?a:M(t,n.at,n.end),s=w(n.band);return{title:e.t(`line.${s===`exposed`?`exposed_${n.band.microphone}`:s}`),when:je(e,n.at,n.end,i),why:Oe(e,Se(t,Math.max(r,n.at))),wakes:P(e,o),bad:s===`exposed`}}case`gap`:return{title:e.t(`line.gap`),when:je(e,n.at,n.end,i),why:[e.t(`line.gap_means`)],wakes:P(e,M(t,n.at,n.end)),bad:!1};case`wakes`:{let[r]=n.wakes,a=n.wakes.length===1&&r;return{title:a?e.t(`line.woke_${a.outcome}`):e.t(`line.woke`,{count:n.wakes.length}),when:a?ke(e,a.at,i):Ae(e,r?.at??n.at,n.wakes.at(-1)?.at??n.at,i),why:a?[e.t(a.allowed?`line.allowed`:`line.not_allowed`),...Oe(e,Se(t,a.at))]:[],wakes:a?[e.t(`line.source`,{source:e.named(a.source)})]:P(e,n.wakes),bad:n.wakes.some(e=>!e.allowed)}}case`ahead`:{let{allowed:t,because:r,name:a}=n.stretch;return{title:e.t(t?`line.will_listen`:`line.will_not_listen`),when:e.t(`line.from`,{from:e.moment(n.at,i)}),why:[e.t(`line.because`,{because:N(e,r,a)})],wakes:[],bad:!1}}}}var De=e=>[e.title,e.when,...e.why,...e.wakes].join(`. `);function Oe(e,t){if(!t)return[];let n=e.t(t.allowed?`line.allowed_because`:`line.muted_because`,{because:N(e,t.because,t.name)}),r=(t.lost??[]).map(t=>N(e,t,Te.includes(t)?null:t,!0));return r.length?[n,e.t(`line.lost`,{lost:e.list(r)})]:[n]}function P(e,t){let n=t.toSorted((e,t)=>E(t)-E(e)).slice(0,Ce).toSorted((e,t)=>e.at-t.at).map(t=>{let n=e.t(`line.woke_${t.outcome}`);return e.t(t.allowed?`line.wake`:`line.wake_not_allowed`,{at:e.seconds(t.at),outcome:n})}),r=t.length-n.length;return r>0?[...n,e.t(`line.more`,{count:r})]:n}function ke(e,t,n){return(e.day(t)===e.day(n)?``:`${e.date(t,n)} `)+e.seconds(t)}function Ae(e,t,n,r){let i=n-t<10*p,a=e.day(t)===e.day(n)?i?e.seconds(n):e.time(n):e.moment(n,r);return e.t(`line.between`,{from:i?ke(e,t,r):e.moment(t,r),to:a})}function je(e,t,n,r){let i=e.span((Math.min(n,r)-t)/1e3);return n>=r-1e3?e.t(`line.since`,{from:e.moment(t,r),span:i}):e.t(`line.during`,{when:Ae(e,t,n,r),span:i})}var Me=e=>JSON.stringify([e.name,e.microphone,e.allowed,e.because,e.trace?.map(e=>[e.because,e.rule]),e.until,e.next_change,e.hold,e.breach,e.last_activation,e.activations_today,e.unanswered_today,e.finishing_playback]),F=({rules:e})=>JSON.stringify(e.map(({in_force:e,...t})=>t));function I(e,t){if(e===t)return null;if(!e||e.entry_id!==t.entry_id||e.rules!==t.rules&&F(e)!==F(t))return{speakers:void 0};let n=new Map(e.speakers.map(e=>[e.slug,e]));if(n.size!==t.speakers.length)return{speakers:void 0};let r=[];for(let e of t.speakers){let t=n.get(e.slug);if(!t)return{speakers:void 0};t!==e&&Me(t)!==Me(e)&&r.push(e.slug)}return r.length?{speakers:r}:null}var L=[m,6*m,h,7*h,30*h],Ne=m,R=30*h,z=1/4,B=h,Pe=7*h,Fe=3660*h,V=e=>e.end-e.start,H=e=>Math.min(e*z,B),U=(e,t)=>({start:e-t,end:e+H(t)});function Ie(e){let t=V(e);return t-H(R)>=B/z?t-B:t/1.25}var Le=e=>e+H(e),Re=e=>Math.min(Math.max(e,Le(Ne)),Le(R));function ze(e,t){let n=Re(V(e)),r=n===V(e)?e.start:(e.start+e.end-n)/2,i=Math.min(Math.max(r,t-Fe),t+Pe-n);return{start:i,end:i+n}}var W=(e,t,n)=>ze({start:e.start+t,end:e.end+t},n);function Be(e,t,n,r){let i=Re(V(e)*t)/V(e);return ze({start:n-(n-e.start)*i,end:n+(e.end-n)*i},r)}function Ve(e,t){let n=1.01;return(t?L.findLast(t=>t*n<e):L.find(t=>t>e*n))??e}var G=class{constructor(e,t,n=!1){this.view=e,this.width=t,this.rightToLeft=n,this.perPixel=V(e)/Math.max(t,1)}x(e){let t=(e-this.view.start)/this.perPixel;return this.rightToLeft?this.width-t:t}at(e){return this.view.start+(this.rightToLeft?this.width-e:e)*this.perPixel}moved(e){return(this.rightToLeft?e:-e)*this.perPixel}};function He(e,t,n){let r=1-(1-n)**3;return{start:e.start+(t.start-e.start)*r,end:e.end+(t.end-e.end)*r}}function Ue(e,t,n,i){let{past:a,follows:o}=t,s=(e,t,n,i=!1)=>r`<button type="button" aria-label=${e} title=${e} ?disabled=${i} @click=${n}>${t}</button>`,[c,l]=e.rightToLeft?[`▶`,`◀`]:[`◀`,`▶`],u=n&&{from:e.moment(n.start),to:e.moment(n.end)};return r`<div class="bar">
    <span class="range">${u&&e.t(`line.between`,u)}</span>
    <div class="group" role="group" aria-label=${e.t(`line.shown_past`)}>
      ${L.map(t=>r`<button type="button" aria-pressed=${Math.abs(a/t-1)<.02} @click=${()=>i.choose(t)}>${e.span(t/1e3)}</button>`)}
    </div>
    <input type="date" aria-label=${e.t(`line.day`)} title=${e.t(`line.day`)} .value=${n?e.isoDay(n.start):``} @change=${({target:t})=>{let n=b(v.of(e.zone),t.value);n!==void 0&&i.begin(n)}} />
    <div class="group">
      ${s(e.t(`line.further`),`−`,()=>i.nearer(!1),a>=Math.max(...L)*.99)}
      ${s(e.t(`line.nearer`),`+`,()=>i.nearer(!0),a<=Math.min(...L)*1.01)}
      ${s(e.t(`line.earlier`),c,()=>i.shift(-.5))}
      ${s(e.t(`line.later`),l,()=>i.shift(.5))}
      <button type="button" aria-pressed=${o} @click=${()=>i.toNow()}>${e.t(`line.now`)}</button>
    </div>
  </div>`}var We=class extends n{static{this.properties={detail:{attribute:!1}}}static{this.styles=t`
    :host {
      position: absolute;
      z-index: 2;
      left: 0;
      top: 0;
      inline-size: max-content;
      max-inline-size: min(300px, 100%);
      pointer-events: none;
    }
    div {
      padding: 8px 12px;
      border-radius: 8px;
      border: 1px solid var(--divider-color);
      background: var(--card-background-color, Canvas);
      color: var(--primary-text-color);
      box-shadow: 0 2px 8px rgb(0 0 0 / 0.3);
      font-size: 0.875em;
      line-height: 1.35;
      overflow-wrap: anywhere;
    }
    strong {
      display: block;
    }
    .bad {
      border-inline-start: 4px solid var(--error-color);
    }
    p,
    ul {
      margin: 4px 0 0;
      max-block-size: 9em;
      overflow: hidden;
    }
    ul {
      padding-inline-start: 16px;
    }
  `}render(){let{detail:t}=this;return t?r`<div class=${t.bad?`bad`:``}>
      <strong>${t.title}</strong>${t.when} ${t.why.map(e=>r`<p>${e}</p>`)}
      ${t.wakes.length?r`<ul>${t.wakes.map(e=>r`<li>${e}</li>`)}</ul>`:e}
    </div>`:e}};customElements.get(`earlid-line-detail`)??customElements.define(`earlid-line-detail`,We);var K=34,q=20,Ge=99,Ke=class{constructor(e,t){this.colours=e,this.density=t,this.drawn=new Map}draw(e,t,n,r,i){let{density:a}=this,o=Math.round(t*a)/a;r.wake.allowed||(e.fillStyle=this.colours.error,e.fillRect(o-1,n,2,i-n)),e.drawImage(this.stamp(r),o-K/2,n-q/2,K,q)}stamp({wake:e,count:t}){let n=t>Ge?`${Ge}+`:t>1?String(t):``,r=`${n||e.outcome}|${e.allowed}`,i=this.drawn.get(r);if(!i){i=document.createElement(`canvas`),i.width=Math.round(K*this.density),i.height=Math.round(q*this.density);let t=i.getContext(`2d`);t&&(t.scale(i.width/K,i.height/q),t.translate(K/2,q/2),this.shape(t,n,e.outcome,e.allowed?this.colours.text:this.colours.error)),this.drawn.set(r,i)}return i}shape(e,t,n,r){if(e.fillStyle=e.strokeStyle=r,e.lineWidth=2,e.beginPath(),t){let n=10+6*t.length;e.roundRect(-n/2,-7,n,14,7),e.fill(),this.letter(e,t)}else n===`answered`?(e.arc(0,0,5,0,2*Math.PI),e.fill()):n===`unanswered`?(e.arc(0,0,4.5,0,2*Math.PI),e.fillStyle=this.colours.ground,e.fill(),e.stroke()):(e.moveTo(0,-8),e.lineTo(8,0),e.lineTo(0,8),e.lineTo(-8,0),e.closePath(),e.fill(),this.letter(e,`?`))}letter(e,t){e.fillStyle=this.colours.ground,e.font=`bold 10px ${this.colours.font}`,e.textAlign=`center`,e.textBaseline=`middle`,e.direction=`ltr`,e.fillText(t,0,.5)}},J=(e,t,n)=>{let r=e.bands[t]?.end??0;return t===e.bands.length-1&&r>=e.told-1e3?Math.max(r,n):r};function qe(e,t,n,r=1){let i=Je(e,t,n,r),a=[],o=0;for(let e=1;e<=i.length;e++){if(e<i.length&&i[e]===i[o])continue;let t=i[o]??0;t&&a.push({from:o,to:e,rank:t}),o=e}return a}function Je(e,t,n,r){let i=Math.ceil(t.width*r),a=new Uint8Array(i),o=t.perPixel/r,{start:s}=t.view,[c,l]=Y(e,t.view);for(let t=c;t<l;t++){let c=e.bands[t];if(!c)continue;let l=T(c),u=J(e,t,n);if(u<=s||c.start>=n)continue;let d=l===ue?2*r:1,f=Math.max(0,Math.floor((c.start-s)/o)),p=Math.min(i,Math.max(Math.ceil((Math.min(u,n)-s)/o-.01),f+d));for(let e=f;e<p;e++)a[e]<l&&(a[e]=l)}return t.rightToLeft?a.reverse():a}function Y(e,t){let[n,r]=j(e.bands,t);return n===e.bands.length&&n>0?[n-1,n]:[n,r]}function Ye(e,t,n){let r=[],i=t*n,a=-1/0;for(let[t,n]of e.entries()){let e=E(n),o=r.at(-1);o&&n.at-a<i?(o.count++,o.at=(a+n.at)/2,e>o.severity&&Object.assign(o,{severity:e,wake:n})):(r.push({at:n.at,first:t,count:1,wake:n,severity:e}),a=n.at)}return r}function Xe(e){let t=getComputedStyle(e),n=(e,n)=>t.getPropertyValue(e).trim()||n;return{text:n(`--primary-text-color`,`#212121`),faint:n(`--secondary-text-color`,`#727272`),line:n(`--divider-color`,`rgba(127, 127, 127, 0.3)`),ground:n(`--ha-card-background`,``)||n(`--card-background-color`,`#ffffff`),live:n(`--warning-color`,`#ffa600`),off:n(`--success-color`,`#43a047`),error:n(`--error-color`,`#db4437`),now:n(`--primary-color`,`#03a9f4`),font:t.fontFamily||`sans-serif`}}function Ze(e,t,n){let r=(r,i)=>{let a=Math.max(2,Math.round(r*n)),o=document.createElement(`canvas`);o.width=o.height=a;let s=o.getContext(`2d`);return s?(i(s,a),e.createPattern(o,`repeat`)??t.faint):t.faint};return{live:t.live,off_proven:t.off,off_unproven:r(8,(e,n)=>Qe(e,n,t.off,n/3.2,!1)),unknown:r(6,(e,n)=>$e(e,n,t.faint)),exposed:r(8,(e,n)=>{e.fillStyle=t.error,e.fillRect(0,0,n,n),Qe(e,n,t.ground,n/8,!0)})}}function Qe(e,t,n,r,i){e.strokeStyle=n,e.lineWidth=r,e.beginPath();for(let n of[-t,0,t])e.moveTo(n,t),e.lineTo(n+t,0),i&&(e.moveTo(n,0),e.lineTo(n+t,t));e.stroke()}function $e(e,t,n){e.fillStyle=n,e.globalAlpha=.25,e.fillRect(0,0,t,t),e.globalAlpha=1,e.beginPath(),e.arc(t/2,t/2,t/4,0,2*Math.PI),e.fill()}var X=31,Z={off_proven:12,off_unproven:12,unknown:16,live:18,exposed:24},et=new WeakMap;function tt(e,t){let n=et.get(e.wakes);return(!n||Math.abs(n.perPixel/t.perPixel-1)>1e-6)&&(n={perPixel:t.perPixel,clusters:Ye(e.wakes,t.perPixel,17)},et.set(e.wakes,n)),n.clusters}var nt=class{constructor(e){this.colours=e,this.density=1,this.widths=new Map}open(e,t,n){let r=Math.min(window.devicePixelRatio||1,3),[i,a]=[Math.round(t*r),Math.round(n*r)];(e.width!==i||e.height!==a)&&(e.width=i,e.height=a);let o=e.getContext(`2d`);return o?(this.ready&&this.density===r||(this.density=r,this.ready=Ze(o,this.colours,r),this.marks=new Ke(this.colours,r)),o.setTransform(1,0,0,1,0,0),o.clearRect(0,0,i,a),o.setTransform(r,0,0,r,0,0),o):null}lane(e,t,n,r){let i=this.open(e,r.scale.width,44);if(i){this.grid(i,r),this.bands(i,t,r),this.gaps(i,r);for(let e of n)this.ahead(i,e,r.scale);for(let e of tt(t,r.scale)){let t=r.scale.x(e.at);t>-17&&t<r.scale.width+17&&this.marks?.draw(i,t,10,e,42)}}}swatch(e,t,n,r){let i=this.open(e,n,r);if(!i||t===`none`)return;let a=Math.min(r,Z[t]);this.fill(i,t,[{from:0,to:n*this.density}],r/2,a)}sample(e,t,n){let r=this.open(e,n,n);r&&this.marks?.draw(r,n/2,n/2,t,n-1)}grid(e,{ticks:t,scale:n}){e.fillStyle=this.colours.line;for(let r of t)e.fillRect(Math.round(n.x(r.at)),0,1,44)}bands(e,t,{scale:n,now:r}){let i=qe(t,n,r,this.density);for(let[t,n]of C.entries()){if(n===`none`)continue;let r=i.filter(e=>e.rank===t);r.length&&this.fill(e,n,r,X,Z[n])}}fill(e,t,n,r,i){let{density:a,colours:o}=this,s=Math.round((r-i/2)*a),c=Math.round(i*a),l=Math.max(1,Math.round(a)),u={live:o.live,off_proven:o.off,off_unproven:o.off,unknown:o.faint,exposed:o.error}[t],d=this.ready?.[t]??u;e.setTransform(1,0,0,1,0,0),e.fillStyle=d;for(let{from:t,to:r}of n)(d===u||r-t>3*l)&&e.fillRect(t,s,r-t,c);if(d!==u){e.fillStyle=u;for(let{from:t,to:r}of n){let n=r-t;n<=3*l?e.fillRect(t,s,n,c):(e.fillRect(t,s,n,l),e.fillRect(t,s+c-l,n,l),e.fillRect(t,s,l,c),e.fillRect(r-l,s,l,c))}}e.setTransform(a,0,0,a,0,0)}gaps(e,{gaps:t,scale:n,now:r}){let[i,a]=j(t,n.view);for(let o of t.slice(i,a)){let[t=0,i=0]=[n.x(o.start),n.x(Math.min(o.end,r))].sort((e,t)=>e-t);e.save(),e.strokeStyle=this.colours.faint,e.setLineDash([3,3]),i-t<3?(e.beginPath(),e.moveTo(Math.round(t)+.5,18),e.lineTo(Math.round(t)+.5,44),e.stroke()):(e.clearRect(t+2,19,i-t-4,25),e.strokeRect(Math.max(t,-2)+.5,23.5,Math.min(i,n.width+2)-Math.max(t,-2)-1,16)),e.restore()}}ahead(e,t,n){let[r,i]=[n.x(t.start),n.x(t.end)],a=Math.max(Math.min(r,i),-2),o=Math.min(Math.max(r,i),n.width+2)-a;if(o<1)return;let{live:s,off:c,text:l,faint:u,font:d}=this.colours,f=t.allowed?Z.live:Z.off_proven;if(e.save(),e.fillStyle=e.strokeStyle=t.allowed?s:c,e.globalAlpha=.22,e.fillRect(a,X-f/2,o,f),e.globalAlpha=1,e.strokeRect(a+.5,X-f/2+.5,o-1,f-1),t.name){e.font=`11px ${d}`,e.textBaseline=`middle`,e.direction=n.rightToLeft?`rtl`:`ltr`,e.textAlign=`start`,e.fillStyle=t.allowed?l:u;let r=this.fitted(e,t.name,o-14),i=n.rightToLeft?a+o-10:a+10;r&&e.fillText(r,i,12)}e.restore()}fitted(e,t,n){let r=t.length>60?`${t.slice(0,60)}…`:t,i=this.width(e,r);if(i<=n)return r;let a=[...r].slice(0,Math.floor(r.length*(n-8)/i));return a.length<4?``:`${a.join(``).trimEnd()}…`}width(e,t){let n=this.widths.get(t);return n===void 0&&(this.widths.size>500&&this.widths.clear(),n=e.measureText(t).width,this.widths.set(t,n)),n}},rt=[`live`,`off_proven`,`off_unproven`,`unknown`,`exposed`],it=[[`answered`,!0],[`unanswered`,!0],[`unknown`,!0],[`unanswered`,!1]],at=(e,t)=>({id:``,at:0,outcome:e,allowed:t,source:``,because:null}),ot=class extends n{static{this.properties={words:{attribute:!1},colours:{attribute:!1}}}static{this.styles=t`
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      margin: 0;
      padding: 12px 0 0;
      list-style: none;
      font-size: 0.875em;
      color: var(--primary-text-color);
    }
    li {
      display: flex;
      align-items: center;
      gap: 6px;
    }
    canvas {
      inline-size: 28px;
      block-size: 24px;
    }
    canvas.mark {
      inline-size: 20px;
      block-size: 20px;
    }
    .gap {
      inline-size: 26px;
      block-size: 14px;
      border: 1px dashed var(--secondary-text-color);
      box-sizing: border-box;
    }
    .now {
      inline-size: 2px;
      block-size: 20px;
      background: var(--primary-color);
    }
    .plan {
      --planned: var(--warning-color, #ffa600);
      inline-size: 28px;
      block-size: 18px;
      border: 1px solid var(--planned);
      background: color-mix(in srgb, var(--planned) 22%, transparent);
      box-sizing: border-box;
    }
    .plan.muted {
      --planned: var(--success-color, #43a047);
      block-size: 12px;
    }
  `}render(){let{words:e}=this;return e?r`<ul aria-label=${e.t(`line.legend`)} dir=${e.rightToLeft?`rtl`:`ltr`}>
      ${rt.map(t=>r`<li><canvas data-look=${t} aria-hidden="true"></canvas>${e.t(`line.${t}`)}</li>`)}
      <li><span class="gap"></span>${e.t(`line.gap`)}</li>
      <li><span class="plan"></span>${e.t(`line.plan_listen`)}</li>
      <li><span class="plan muted"></span>${e.t(`line.plan_mute`)}</li>
      <li><span class="now"></span>${e.t(`line.now_line`)}</li>
      ${it.map(([t,n],i)=>r`<li><canvas class="mark" data-mark=${i} aria-hidden="true"></canvas>${e.t(n?`line.woke_${t}`:`line.woke_not_allowed`)}</li>`)}
    </ul>`:r``}updated(e){if(super.updated(e),!this.colours)return;let t=new nt(this.colours);for(let e of this.renderRoot.querySelectorAll(`canvas`)){let n=rt.find(t=>t===e.dataset.look);n&&t.swatch(e,n,28,24);let r=it[Number(e.dataset.mark)];if(!r)continue;let i=at(...r);t.sample(e,{at:0,first:0,count:1,wake:i,severity:E(i)},20)}}};customElements.get(`earlid-line-legend`)??customElements.define(`earlid-line-legend`,ot);var st=m,ct=5*h,lt=1e3,ut=150,dt=5e3,Q=e=>Math.min(Math.max(V(e)/2,st),ct),ft=(e,t)=>e.start<=t.start&&e.end>=t.end,pt=class{constructor(e){this.came=e,this.failed=!1,this.ahead=0,this.asking=!1,this.stale=null,this.stopped=!1}get now(){return Date.now()+this.ahead}start(){this.stopped=!1}stop(){this.stopped=!0,clearTimeout(this.timer),clearTimeout(this.staleTimer),this.timer=this.staleTimer=void 0}want(e){this.view=e,this.known&&ft(this.known,e)||this.later(this.known?ut:0)}look(e,t){let n=e?I(e,t):null;n&&this.renew(n.speakers)}renew(e){this.stale=!e||this.stale===void 0?void 0:new Set([...this.stale??[],...e]),this.staleTimer??=setTimeout(()=>{this.staleTimer=void 0,this.refresh()},lt)}later(e){this.timer!==void 0||this.asking||this.stopped||(this.timer=setTimeout(()=>{this.timer=void 0,this.load()},e))}async load(){let{view:e,hass:t}=this;if(!e||!t||this.asking||this.known&&ft(this.known,e))return;let n={start:Math.floor(e.start-Q(e)),end:Math.ceil(e.end+Q(e))};await this.ask(async()=>{let e=await i(t,n.start,n.end);return this.known={...ge(e),...n},e.now}),this.view&&this.want(this.view)}async refresh(){let{known:e,hass:t,stale:n}=this;if(this.stopped||n===null)return;if(!e||!t||this.asking){this.staleTimer??=setTimeout(()=>{this.staleTimer=void 0,this.refresh()},lt);return}this.stale=null;let r=Math.floor(_e(e));await this.ask(async()=>{let a=await i(t,r,Math.ceil(Math.max(e.end,this.now+p)),n&&[...n]),o=this.view?this.view.start-2*Q(this.view):e.start;return this.known=ve(e,a,o,n===void 0),a.now}),this.failed&&this.renew(n&&[...n])}async ask(e){this.asking=!0;let t=Date.now();try{let n=await e()-(t+Date.now())/2;this.ahead=Math.abs(n)<1500?0:n,this.failed=!1}catch(e){this.failed||console.warn(`Earlid's time line could not be read`,e),this.failed=!0}this.asking=!1,this.stopped||(this.failed&&this.later(dt),this.came())}},mt=5,ht=.0025,gt=[1,16,300],_t=class{constructor(e,t,n){this.on=e,this.told=t,this.origin=n,this.fingers=new Map,this.dragging=!1,this.distance=0,this.down=e=>{(e.pointerType!==`mouse`||e.button===0)&&(this.fingers.set(e.pointerId,{x:e.clientX,y:e.clientY}),this.distance=this.apart())},this.move=e=>{let t=this.fingers.get(e.pointerId);if(!t){e.pointerType===`mouse`&&this.told.point(this.x(e.clientX),e.clientY,e.target);return}let n=e.clientX-t.x;this.fingers.size===2?this.pinch(e,t,n):!this.dragging&&Math.abs(n)<mt||(this.dragging||(this.dragging=!0,this.told.leave(),this.on.setPointerCapture(e.pointerId)),t.x=e.clientX,this.told.pan(n))},this.up=e=>{this.fingers.delete(e.pointerId)&&!this.dragging&&e.type===`pointerup`&&this.told.point(this.x(e.clientX),e.clientY,e.target),this.fingers.size||(this.dragging=!1),this.distance=this.apart()},this.away=e=>{e.pointerType===`mouse`&&!this.fingers.size&&this.told.leave()},this.wheel=e=>{let t=gt[e.deltaMode]??1;if(e.ctrlKey||e.metaKey){e.preventDefault();let n=Math.max(-200,Math.min(200,e.deltaY*t));this.told.zoom(Math.exp(n*ht),this.x(e.clientX));return}let n=e.shiftKey&&e.deltaY||e.deltaX;Math.abs(n)<=(e.shiftKey?0:Math.abs(e.deltaY))||(e.preventDefault(),this.told.pan(-n*t))},e.addEventListener(`pointerdown`,this.down),e.addEventListener(`pointermove`,this.move),e.addEventListener(`pointerup`,this.up),e.addEventListener(`pointercancel`,this.up),e.addEventListener(`pointerleave`,this.away),e.addEventListener(`wheel`,this.wheel,{passive:!1})}stop(){this.on.removeEventListener(`pointerdown`,this.down),this.on.removeEventListener(`pointermove`,this.move),this.on.removeEventListener(`pointerup`,this.up),this.on.removeEventListener(`pointercancel`,this.up),this.on.removeEventListener(`pointerleave`,this.away),this.on.removeEventListener(`wheel`,this.wheel)}x(e){return e-(this.origin()?.getBoundingClientRect().left??0)}pinch(e,t,n){t.x=e.clientX,t.y=e.clientY,this.dragging=!0;let r=this.apart(),[i,a]=[...this.fingers.values()];r>20&&this.distance>20&&i&&a&&(this.told.pan(n/2),this.told.zoom(this.distance/r,this.x((i.x+a.x)/2))),this.distance=r}apart(){let[e,t]=[...this.fingers.values()];return e&&t?Math.hypot(e.x-t.x,e.y-t.y):0}},vt=9,yt=3,bt=(e,t)=>{let n=e.wakes.slice(t.first,t.first+t.count);return{kind:`wakes`,at:t.at,end:t.at,wakes:n}},xt=(e,t)=>{let n=e.track.bands[t];return{kind:`band`,at:n.start,end:J(e.track,t,e.now),band:n}},St=e=>({kind:`gap`,at:e.start,end:e.end,gap:e}),Ct=e=>({kind:`ahead`,at:e.start,end:e.end,stretch:e});function wt(e,t,n,r){let i=t.at(n);if(r){let r=e.marks.filter(e=>Math.abs(t.x(e.at)-n)<=vt).sort((e,t)=>Math.abs(e.at-i)-Math.abs(t.at-i))[0];if(r)return bt(e.track,r)}return $(e,i,t.perPixel)}function $(e,t,n){if(t>=e.now){let n=e.stretches.find(e=>e.start<=t&&t<e.end);return n&&Ct(n)}let r={start:t-2*n,end:t+n},[i,a]=Y(e.track,r),o=[];for(let s=i;s<a;s++){let i=xt(e,s),a=T(e.track.bands[s])===ue?2:1;i.at<r.end&&i.end>t-a*n&&o.push(i)}let[s,c]=j(e.gaps,r);for(let n of e.gaps.slice(s,c))n.start<=t&&t<n.end&&o.push(St(n));return Ot(o)}function Tt(e){return[...e.track.bands.map((t,n)=>xt(e,n)),...e.gaps.map(St),...e.marks.map(t=>bt(e.track,t)),...e.stretches.map(Ct)].sort((e,t)=>e.at-t.at)}var Et=(e,t)=>e.kind===t.kind&&e.at===t.at;function Dt(e,t,n,r){let i=n?1:-1,a=e.findIndex(e=>Et(e,t));a<0&&(a=e.findLastIndex(e=>e.at<=t.at)+ +!n);let o=e[a+i];if(!o)return t;let s=[];for(let t=a+i;t>=0&&t<e.length;t+=i){let n=e[t];if(Math.abs(n.at-o.at)>=yt*r)break;s.push(n)}return Ot(s)??o}function Ot(e){let t;for(let n of e)(!t||At(n)>At(t))&&(t=n);return t}var kt=C.indexOf(`unknown`);function At(e){switch(e.kind){case`band`:return T(e.band);case`wakes`:return Math.max(...e.wakes.map(E))/10+kt;case`gap`:return C.length;case`ahead`:return 0}}var jt=25,Mt=class{constructor(e,t,n){this.host=e,this.feed=t,this.stage=n}lane(e){return this.host.renderRoot.querySelector(`.lane[data-slug="${CSS.escape(e)}"]`)}point(e,t,n){let r=n?.dataset.slug,i=r===void 0?void 0:this.stage.shown(r);if(!n||!i||e<0||e>this.stage.scale.width){this.leave();return}let a=t<n.getBoundingClientRect().bottom-jt,o=wt(i,this.stage.scale,e,a);this.mark(i.track.speaker,o,this.stage.scale.at(e))}leave(){this.stage.marked&&this.mark(``,void 0,0)}step(e,t,n){let r=this.stage.shown(e);if(!r)return;let{marked:i,now:a,scale:o,camera:s}=this.stage,c=i?.speaker===e?i.stop:void 0,l=Math.min(a-1,o.view.end),u=c?Dt(Tt(r),c,t,o.perPixel):$(r,l,o.perPixel);if(!u)return;let d=c?u.at:l;return s.show(d,a,n),this.mark(e,u,d)}change(e){let{marked:t,scale:n}=this.stage,r=this.stage.shown(e);if(!t||!r)return;let i=Math.max(t.stop.at,n.view.start),a=$(r,i,n.perPixel);return a&&this.mark(e,a,i)}mark(e,t,n){let r=this.host.renderRoot.querySelector(`earlid-line-detail`),{words:i,now:a}=this.stage,o=this.feed.known?.tracks.get(e);if(this.stage.marked=t&&{speaker:e,stop:t},this.stage.draw(),r&&(r.detail=t&&i&&o?Ee(i,o,t,n,a):void 0,r.detail))return r.updateComplete.then(()=>this.place(r,e,n)),De(r.detail)}place(e,t,n){let r=this.lane(t),i=r?.querySelector(`canvas`),a=e.parentElement;if(!r||!i||!a)return;let{scale:o}=this.stage,s=Math.min(Math.max(o.x(n),0),o.width),c=i.offsetLeft+s-e.offsetWidth/2,l=r.offsetTop+r.offsetHeight-44-e.offsetHeight-6,u=l>-40?l:r.offsetTop+r.offsetHeight+6,d=Math.max(0,a.clientWidth-e.offsetWidth);e.style.transform=`translate(${Math.min(Math.max(c,0),d)}px, ${u}px)`}},Nt=76;function Pt(e,t){let{start:n,end:r}=t.view,i=te(r-n,t.width,Nt);return{labelled:ae(ne(e,n,r,i),t.perPixel*Nt*.7),step:i}}var Ft=new WeakMap;function It(e,t,n){let r=Ft.get(e);(!r||r.size>500)&&(r=new Map,Ft.set(e,r));let i=n>=864e5||t.day&&n>=18e5,a=`${t.at}|${i}`,o=r.get(a);return o===void 0&&(o=i?e.date(t.at):e.time(t.at),r.set(a,o)),o}function Lt(e,t,n,r,i){e.textBaseline=`middle`,e.textAlign=`center`,e.direction=r.rightToLeft?`rtl`:`ltr`;for(let a of n.labelled){let o=r.x(a.at);e.font=`${a.day?`600 `:``}12px ${i.font}`,e.fillStyle=a.day?i.text:i.faint;let s=It(t,a,n.step),c=e.measureText(s).width/2;o-c<0||o+c>r.width||e.fillText(s,o,12)}}var Rt=220,zt=class{constructor(){this.follows=!0,this.past=h,this.free={start:0,end:h}}target(e){return this.follows?U(e,this.past):this.free}view(e,t){let n=this.target(e);if(!this.flight)return n;let r=(t-this.flight.began)/Rt;return r>=1?(this.flight=void 0,n):He(this.flight.from,n,Math.max(0,r))}get moves(){return this.flight!==void 0}pan(e,t){this.free=W(this.target(t),e,t),this.follows=!1,this.flight=void 0}zoom(e,t,n){this.free=Be(this.target(n),e,t,n),this.past=Ie(this.free),this.follows=!1,this.flight=void 0}choose(e,t,n){this.fly(t,n);let r=this.target(t),i=U(t,e);if(this.past=e,this.follows)return;let a=(r.start+r.end)/2;this.free=Be(r,(i.end-i.start)/(r.end-r.start),a,t)}nearer(e,t,n){this.choose(Ve(this.past,e),t,n)}toNow(e,t){this.fly(e,t),this.follows=!0}begin(e,t,n){let r=this.target(t);this.fly(t,n),this.free=W(r,e-r.start,t),this.follows=!1}show(e,t,n){let r=this.target(t),i=(r.end-r.start)/10,a=e<r.start+i?e-r.start-2*i:e>r.end-i?e-r.end+2*i:0;a&&(this.fly(t,n),this.free=W(r,a,t),this.follows=!1)}fly(e,t){this.flight=t===void 0?void 0:{from:this.view(e,t),began:t}}};function Bt(e,t,n,r){let i=e.findLast(e=>e.at<=n)??t,a=[];if(i){let e=`at`in i?i:i.because;a.push({start:n,end:r,allowed:i.allowed,because:e.because,name:e.name})}for(let t of e){if(t.at<=n||t.at>=r)continue;let e=a.at(-1);e&&(e.end=t.at),a.push({start:t.at,end:r,allowed:t.allowed,because:t.because,name:t.name})}return a}var Vt=1e3,Ht=6e4,Ut=class{constructor(e,t,n){this.host=e,this.feed=t,this.drawn=n,this.camera=new zt,this.scale=new G({start:0,end:1},0),this.frame=0,this.width=0,this.left=0,this.last=0}get now(){return this.feed.hass?.connected===!1&&this.last||(this.last=this.feed.now),this.last}recolour(){this.palette=void 0,this.draw()}resize(e,t){(e!==this.width||t!==this.left)&&(this.width=e,this.left=t,this.draw())}draw(){this.frame||=requestAnimationFrame(e=>this.paint(e))}stop(){cancelAnimationFrame(this.frame),clearTimeout(this.timer),this.frame=0}shown(e){let t=this.feed.known,n=t?.tracks.get(e);if(!t||!n)return;let r=this.plan(e,this.now);return{track:n,now:this.now,gaps:t.gaps,marks:tt(n,this.scale),stretches:r}}plan(e,t){let n=this.host.home?.speakers.find(t=>t.slug===e),r=this.feed.known?.tracks.get(e)?.ahead??[];return t<this.scale.view.end?Bt(r,n,t,this.scale.view.end):[]}paint(e){this.frame=0;let{words:t,width:n}=this;if(!t||n<1||!this.host.isConnected)return;this.palette&&this.painter||(this.palette=Xe(this.host),this.painter=new nt(this.palette));let{now:r}=this,i=this.camera.view(r,e);this.scale=new G(i,n,t.rightToLeft),this.feed.want(this.camera.target(r));let a=Pt(v.of(t.zone),this.scale);this.lanes(a,r),this.axis(a,t,this.palette),this.place(r),this.drawn(i),this.camera.moves?this.draw():this.wait(r,i)}lanes(e,t){let n=this.feed.known,r={scale:this.scale,now:t,ticks:e.labelled,gaps:n?.gaps??[]};for(let e of this.host.renderRoot.querySelectorAll(`canvas[data-slug]`)){let i=e.dataset.slug??``,a=n?.tracks.get(i);a?this.painter?.lane(e,a,this.plan(i,t),r):this.painter?.open(e,this.width,44)}}axis(e,t,n){let r=this.host.renderRoot.querySelector(`.axis canvas`),i=r&&this.painter?.open(r,this.width,24);i&&Lt(i,t,e,this.scale,n)}place(e){let t=this.host.renderRoot,n=t.querySelector(`.now`),r=this.scale.x(e);n&&(n.style.visibility=r>=0&&r<=this.width?`visible`:`hidden`,n.style.transform=`translateX(${this.left+r-1}px)`);let i=t.querySelector(`.cursor`);if(!i)return;let{marked:a}=this,o=a&&t.querySelector(`canvas[data-slug="${CSS.escape(a.speaker)}"]`);if(i.style.visibility=o?`visible`:`hidden`,!a||!o)return;let s=o.closest(`.lane`),[c,l]=[this.scale.x(a.stop.at),this.scale.x(Math.min(a.stop.end,this.scale.view.end))],u=Math.max(0,Math.min(c,l)-4),d=Math.min(this.width,Math.max(c,l)+4);(d<0||u>this.width||d<=u)&&(i.style.visibility=`hidden`);let f=a.stop.kind===`wakes`,p=(s?.offsetTop??0)+(s?.offsetHeight??0)-44+(f?0:15);i.style.width=`${d-u+(f?12:0)}px`,i.style.blockSize=f?`22px`:`30px`,i.style.transform=`translate(${this.left+u-(f?6:0)}px, ${p}px)`}wait(e,t){if(clearTimeout(this.timer),e>t.end)return;let n=Math.min(Math.max(this.scale.perPixel,Vt),Ht);this.timer=setTimeout(()=>this.draw(),n)}};function Wt(e,t,n){let r=new Map,i=Math.min(t.end,n),[a,o]=Y(e,t);for(let s=a;s<o;s++){let a=e.bands[s],o=Math.min(J(e,s,n),i)-Math.max(a.start,t.start);o>0&&r.set(w(a),(r.get(w(a))??0)+o/1e3)}return r}function Gt(e,t,n,r,i,a=!0){let o=e.apart(n?.name??t?.name??``),s=[];if(n&&!a)s.push(e.t(`line.lane_lost`,{name:o}));else if(n){let t=w({start:i,end:i,microphone:n.microphone,allowed:n.allowed}),r=e.t(`line.${t===`exposed`?`exposed_${n.microphone}`:t}`),{until:a}=n,c=a===null?`line.lane_now`:`line.lane_until`;s.push(e.t(c,{name:o,state:r,...a!==null&&{until:e.moment(a,i)}}))}else s.push(e.t(`line.lane_gone`,{name:o}));return t&&Math.min(r.end,i)>r.start&&s.push(e.t(`line.lane_past`,{when:Kt(e,r,i),past:qt(e,t,r,i)})),s.join(` `)}function Kt(e,t,n){return t.end>=n?e.t(`line.last`,{span:e.span(Math.round((n-t.start)/6e4)*60)}):e.t(`line.between`,{from:e.moment(t.start,n),to:e.moment(t.end,n)})}function qt(e,t,n,r){let i=Wt(t,n,r),a=[];for(let t of C.toReversed()){let n=i.get(t)??0;n>=1&&a.push(e.t(`line.sum_${t}`,{span:e.span(n)}))}let o=M(t,n.start,Math.min(n.end,r));a.push(e.t(`line.sum_wakes`,{count:o.length}));let s=o.filter(e=>!e.allowed).length;return s&&a.push(e.t(`line.sum_not_allowed`,{count:s})),e.list(a)}var Jt=s({}),Yt=400,Xt=3e4,Zt=class extends l{static{this.properties={home:{attribute:!1},active:{state:!0},range:{state:!0},spoken:{state:!0},failed:{state:!0}}}static{this.styles=[u,d,f]}constructor(){super(),this.feed=new pt(()=>this.came()),this.stage=new Ut(this,this.feed,e=>this.drawn(e)),this.guide=new Mt(this,this.feed,this.stage),this.dark=window.matchMedia(`(prefers-color-scheme: dark)`),this.still=window.matchMedia(`(prefers-reduced-motion: reduce)`),this.escape=e=>{e.key===`Escape`&&this.leave()},this.recolour=()=>this.shownOtherwise(!1),this.theme=new MutationObserver(this.recolour),this.leave=()=>this.guide.leave(),this.toNow=()=>{this.stage.camera.toNow(this.stage.now,this.frame),this.flown()},this.focused=e=>{let t=e.target.closest(`.lane`)?.dataset.slug;t!==void 0&&(this.active=t)},this.blurred=e=>{e.relatedTarget?.closest?.(`.lanes`)||this.leave()},this.keys=e=>{let t=e.target.closest(`.lane`)?.dataset.slug;if(t===void 0||e.ctrlKey||e.metaKey||e.altKey)return;let n=this.words?.rightToLeft?`ArrowLeft`:`ArrowRight`,r={ArrowLeft:()=>this.step(t,n===`ArrowLeft`,e.shiftKey),ArrowRight:()=>this.step(t,n===`ArrowRight`,e.shiftKey),ArrowUp:()=>this.change(t,-1),ArrowDown:()=>this.change(t,1),PageUp:()=>this.shift(-.5),PageDown:()=>this.shift(.5),Home:this.toNow,"+":()=>this.nearer(!0),"=":()=>this.nearer(!0),"-":()=>this.nearer(!1),Escape:this.leave}[e.key];r&&(e.key!==`Escape`||this.stage.marked)&&(e.preventDefault(),e.stopPropagation(),r())},this.spoken=``,this.failed=!1}connectedCallback(){super.connectedCallback(),this.feed.start(),this.dark.addEventListener(`change`,this.recolour),window.addEventListener(`keydown`,this.escape),this.theme.observe(document.documentElement,{attributeFilter:[`style`,`class`]}),this.stage.draw()}disconnectedCallback(){super.disconnectedCallback(),this.feed.stop(),this.stage.stop(),this.surface?.stop(),this.sizes?.disconnect(),this.surface=this.sizes=void 0,clearTimeout(this.settling),this.dark.removeEventListener(`change`,this.recolour),window.removeEventListener(`keydown`,this.escape),this.theme.disconnect()}shownOtherwise(e){this.feed.hass=this.hass,this.stage.words=this.words,e&&this.feed.renew(),setTimeout(()=>{this.stage.recolour(),this.requestUpdate()})}willUpdate(e){this.feed.hass=this.hass,this.stage.words=this.words,e.has(`home`)&&this.home&&this.feed.look(e.get(`home`),this.home);let t=this.speakers.map(e=>e.slug);this.active&&t.includes(this.active)||(this.active=t[0])}updated(){let e=this.renderRoot.querySelector(`.lanes`);if(e&&!this.surface){let t=()=>this.renderRoot.querySelector(`.axis canvas`);this.surface=new _t(e,this,t),this.sizes=new ResizeObserver(()=>this.measure()),this.sizes.observe(e),this.measure()}else e||(this.surface?.stop(),this.sizes?.disconnect(),this.surface=this.sizes=void 0);this.stage.draw()}render(){let{words:t}=this;if(!t?.ready||!this.home)return e;if(!this.speakers.length)return r`<p class="empty">${t.t(`line.empty`)}</p>`;let n=t.rightToLeft?`rtl`:`ltr`;return r`<div dir=${n}>
      ${Ue(t,this.stage.camera,this.range,this)}
      ${this.failed?r`<p class="failed" role="alert">${t.t(`line.failed`)}</p>`:e}
      <div class="lanes" role="group" aria-label=${t.t(`line.title`)} @keydown=${this.keys} @focusin=${this.focused} @focusout=${this.blurred}>
        <div class="axis" aria-hidden="true"><span class="name"></span><canvas></canvas></div>
        ${this.speakers.map(e=>this.lane(e))}
        <div class="now"></div>
        <div class="cursor"></div>
        <earlid-line-detail aria-hidden="true" dir=${n}></earlid-line-detail>
      </div>
      <earlid-line-legend .words=${t} .colours=${this.stage.palette}></earlid-line-legend>
      <p class="unseen" id="keys">${t.t(`line.keys`)}</p>
      <div class="unseen" role="status">${this.spoken}</div>
    </div>`}lane(e){let t=this.words,{now:n,camera:i}=this.stage,a=this.feed.known?.tracks.get(e.slug),o=Gt(t,a,e,i.target(n),n,this.connectedToHome);return r`<div
      class="lane"
      role="application"
      data-slug=${e.slug}
      tabindex=${e.slug===this.active?0:-1}
      aria-label=${o}
      aria-describedby="keys"
    >
      <span class="name" title=${e.name} aria-hidden="true">${e.name}</span>
      <canvas data-slug=${e.slug} aria-hidden="true"></canvas>
    </div>`}get speakers(){return this.home?.speakers??[]}get frame(){return this.still.matches?void 0:performance.now()}came(){this.failed=this.feed.failed,this.requestUpdate(),this.stage.draw()}drawn(e){let t=this.range;(!t||Math.abs(t.start-e.start)>=Xt||Math.abs(t.end-e.end)>=Xt)&&(clearTimeout(this.settling),this.settling=setTimeout(()=>{this.range={...this.stage.scale.view}},t?Yt:0))}measure(){let e=this.renderRoot.querySelector(`.axis canvas`),t=this.renderRoot.querySelector(`.lanes`);if(!e||!t)return;let n=e.getBoundingClientRect();this.stage.resize(Math.round(n.width),n.left-t.getBoundingClientRect().left)}pan(e){this.stage.camera.pan(this.stage.scale.moved(e),this.stage.now),this.moved()}zoom(e,t){this.stage.camera.zoom(e,this.stage.scale.at(t),this.stage.now),this.moved()}point(e,t,n){this.guide.point(e,t,n?.closest(`.lane`)??null)}moved(){this.leave(),this.stage.draw(),this.drawn(this.stage.scale.view)}choose(e){this.stage.camera.choose(e,this.stage.now,this.frame),this.flown()}nearer(e){this.stage.camera.nearer(e,this.stage.now,this.frame),this.flown()}shift(e){let{camera:t,now:n}=this.stage,{start:r,end:i}=t.target(n);t.pan((i-r)*e,n),this.flown()}begin(e){this.stage.camera.begin(e,this.stage.now,this.frame),this.flown()}flown(){this.leave(),this.stage.draw(),this.requestUpdate()}step(e,t,n){n?this.shift(t?.25:-.25):this.spoken=this.guide.step(e,t,this.frame)??this.spoken}change(e,t){let n=this.speakers.map(e=>e.slug),r=n[n.indexOf(e)+t];r!==void 0&&(this.active=r,this.guide.lane(r)?.focus(),this.spoken=this.guide.change(r)??this.spoken)}};customElements.get(`earlid-timeline`)??customElements.define(`earlid-timeline`,Zt);export{v as a,u as c,h as i,l,I as n,b as o,N as r,d as s,Jt as t};