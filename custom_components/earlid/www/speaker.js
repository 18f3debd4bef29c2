import{C as e,T as t,b as n,c as r,d as i,f as a,l as o,o as s,p as c,s as l,u,x as d,y as f}from"./worded.js";var p=`/config/integrations/integration/earlid`;function m(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var h=`config/config_entries/subentries/flow`,g=`ha-config-entry-row`,_=8e3,v=!1,y=(e,t,n,r)=>async i=>{let a=i.currentTarget;if(!v){v=!0,a.setAttribute(`aria-busy`,`true`);try{await ee(e,t,n,r)}finally{v=!1,a.removeAttribute(`aria-busy`)}}};async function ee(e,t,n,r){let i=b(t,n,r);try{let{shown:t}=await w(i);if(!e.isConnected)throw Error(`nobody waits for it any more`);t.dialogParams.dialogParentElement=e,e.dispatchEvent(new CustomEvent(`show-dialog`,{detail:t,bubbles:!0,composed:!0}))}catch{i.then(({leave:e})=>e()).catch(()=>void 0),e.isConnected&&m(p)}}async function b(e,t,n){await x();let r=S(t);await r.dialogImport?.();let i=await C(e,t,n),a=()=>void e.callApi(`DELETE`,`${h}/${i}`).catch(()=>void 0),{startFlowHandler:o,...s}=r.dialogParams,c=({flowFinished:e}={})=>{e||a()};return{shown:{...r,dialogParams:{...s,continueFlowId:i,dialogClosedCallback:c}},leave:a}}async function x(){if(customElements.get(g))return;let e=async e=>(await customElements.whenDefined(e),document.createElement(e));await(await e(`partial-panel-resolver`))._getRoutes({config:{component_name:`config`,url_path:`config`}}).routes.config?.load?.(),await(await e(`ha-panel-config`)).routerOptions.routes.integrations?.load?.(),await customElements.whenDefined(g)}function S(e){let t=document.createElement(g);t.data={entry:{entry_id:e,domain:`earlid`}};let n;if(t.addEventListener(`show-dialog`,e=>{e.stopPropagation(),n=e.detail}),t._addSubEntry(`speaker`),!n?.dialogParams)throw Error(`no dialog`);return n}async function C(e,t,n){let r=`change`in n?{handler:[t,`speaker`],subentry_id:n.change}:{handler:[t,n.add]},{type:i,flow_id:a}=await e.callApi(`POST`,h,r);if(i!==`form`&&i!==`menu`)throw Error(i);return`add`in n&&n.typed&&await e.callApi(`POST`,`${h}/${a}`,n.typed).catch(()=>void 0),a}function w(e){return Promise.race([e,new Promise((e,t)=>setTimeout(()=>t(Error(`late`)),_))])}var T=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:c},home:{attribute:!1}}}static{this.styles=[r,o,t`
      section {
        padding: 20px;
        background: var(--ha-card-background, var(--card-background-color));
        border: 1px solid var(--divider-color);
        border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
        display: grid;
        gap: 12px;
        justify-items: start;
      }
      h2 {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: 500;
      }
      ol {
        padding-inline-start: 20px;
        display: grid;
        gap: 6px;
      }
    `]}render(){let{hass:t,home:n}=this;if(!t||!n||n.speakers.length&&n.rules)return d;let r=new f(t);return n.speakers.length?n.is_admin?e`<section>
        <h2>${r.t(`panel.no_rules`)}</h2>
        <p>${r.t(`panel.no_rules_how`)}</p>
        ${this.button(t,n,`rule`,r.t(`panel.add_rule`))}
      </section>`:d:e`<section>
      <h2>${r.t(`panel.empty`)}</h2>
      ${n.is_admin?e`<ol>
                <li>${r.t(`panel.empty_speaker`)}</li>
                <li>${r.t(`panel.empty_rule`)}</li>
                <li>${r.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(t,n,`speaker`,r.t(`panel.add_speaker`))}`:e`<p>${r.t(`panel.empty_ask`)}</p>`}
    </section>`}button(t,n,r,i){return e`<button type="button" class="main" @click=${y(this,t,n.entry_id,{add:r})}>
      <ha-icon icon="mdi:plus"></ha-icon>${i}
    </button>`}};l(`earlid-first-steps`,T);var E=6e3,D=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),E),!0}catch(n){return this.key=null,this.refused=e,this.error=await k(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}},O=3;async function k(e,t){let n=t=>e.localize(`component.earlid.config_panel.panel.${t}`);if(t===O)return n(`not_sent`);let{code:r,error:i}=t??{};if(r===O||i?.code===O)return n(`not_answered`);let{message:a,translation_domain:o,translation_key:s,translation_placeholders:c}=t??{};if(o&&s)try{let t=(await e.loadBackendTranslation(`exceptions`,o))(`component.${o}.exceptions.${s}.message`,c);if(t)return t}catch{}return typeof a==`string`&&a?a:n(`failed`)}var A=[`listen_10`,`listen_60`,`listen_next`];function j(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),(r?r.effect===`listen`:!n)&&i.push(...A),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>P(e)||t===`listen_next`).map(n=>({deed:n,obstacle:N(n,e,t)}))}function M(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function N(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&A.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var P=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function F(e,t,n){let r=P(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var I={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},L=(t,n,r,i)=>e`<div class="head">
    <div class="look ${n}"><span class="disc"><ha-icon icon=${I[n]}></ha-icon></span></div>
    <div>
      <h3 class="clip">
        <bdi>${t.name}</bdi>${t.area?e`<span class="quiet"> · <bdi>${t.area}</bdi></span>`:d}
      </h3>
      <p class="word" data-look=${n}>${r}</p>
      <p class="may">${i}</p>
    </div>
  </div>`,R=class{constructor(e){this.host=e,e.addController(this)}hostDisconnected(){this.run(!1)}run(e){e!==(this.timer!==void 0)&&(clearInterval(this.timer),this.timer=e?setInterval(()=>this.host.requestUpdate(),1e3):void 0)}},z={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function B(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}function V(e,{because:t,hold:n,testing:r}){return r?e.t(`panel.why_testing`):t.because===`posture`?e.t(`panel.posture_${t.effect}`):B(e,t,!!(n?.by_hand&&n.effect===t.effect))}function H(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}var U=(e,t)=>t.until===null?V(e,t):`${V(e,t)} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`;function W(e,t){let{microphone:n,witnesses:r,breach:i,unheard:o}=t,s=r.map(t=>z[t]?e.t(z[t]):t);if(o===`off_proven`||o===`off_unproven`){let n=[e.t(`panel.witness_relay`),...o===`off_proven`?s:[]];return e.t(`panel.proof_heard`,{at:e.moment(G(t)),witnesses:e.list(n)})}return n===`live`&&i?.cause===`evidence_contradicts`&&s.length?e.t(`panel.proof_contradicted`,{witnesses:e.list(s)}):n===`off_proven`&&s.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(s)}):e.t(`panel.proof_${a(n)}`)}var G=({breach:e,last_activation:t})=>t&&!t.allowed?t.at:e?.since??t?.at??Date.now();function K(e,{breach:t,enforced:n}){if(!t)return null;let r={cause:e.entity(`binary_sensor.breach.state_attributes.cause.state.${t.cause}`),since:e.moment(t.since)};if(!n)return e.t(`panel.breach_observed`,r);let i=t.cause===`heard_while_muted`||t.cause===`evidence_contradicts`;return e.t(i?`panel.breach_unplug`:`panel.breach`,r)}function q(e,t){let n=a(t.microphone);return e.t(`panel.hears_${n}${u(t)===`exposed`?`_exposed`:``}`)}function J(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=t.because===`posture`?e.t(`panel.without_rule`):B(e,t),i=e.t(`panel.voted`,{who:r,effect:n});return t.until===null?i:`${i} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function Y(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var X=t`
  :host {
    display: block;
    block-size: 100%;
    container-type: inline-size;
  }
  article {
    display: flex;
    flex-direction: column;
    gap: 12px;
    block-size: 100%;
    padding: 16px;
    background: var(--ha-card-background, var(--card-background-color));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color));
    border-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
  }
  :host([bare]) article {
    padding: 0;
    border: none;
    background: none;
  }
  article.exposed {
    border: 2px solid var(--error-color);
  }
  .head {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 14px;
    align-items: center;
  }
  .look {
    inline-size: 56px;
    block-size: 56px;
    border-radius: 50%;
    display: grid;
    place-items: center;
    margin: 4px;
  }
  .look .disc {
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    display: grid;
    place-items: center;
    background: var(--ground);
    color: var(--primary-text-color);
  }
  .look ha-icon {
    --mdc-icon-size: 24px;
  }
  h3 {
    font-size: var(--ha-font-size-m, 14px);
    font-weight: 500;
  }
  .word {
    font-size: var(--ha-font-size-xl, 20px);
    line-height: 1.2;
    font-weight: 600;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .chips > li {
    list-style: none;
    border: 1px solid var(--divider-color);
    border-radius: 12px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .chips ha-icon {
    --mdc-icon-size: 16px;
  }
  .breach {
    border: 2px solid var(--error-color);
    border-radius: var(--earlid-radius);
    padding: 8px 12px;
    display: flex;
    gap: 8px;
    align-items: flex-start;
  }
  .breach ha-icon {
    color: var(--error-color);
    flex: none;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(84px, max-content) minmax(0, 1fr);
    gap: 6px 12px;
  }
  dt {
    color: var(--secondary-text-color);
  }
  .may {
    font-weight: 500;
  }
  .foot {
    display: grid;
    gap: 8px;
    margin-block-start: auto;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .buttons:empty {
    display: none;
  }
  .buttons > button {
    flex: 1 1 auto;
  }
  .times {
    margin-block-start: 4px;
  }
  .times > button {
    padding-inline: 10px;
  }
  .reason {
    font-size: var(--ha-font-size-s, 12px);
    color: var(--secondary-text-color);
  }
  details > summary {
    cursor: pointer;
    min-block-size: 32px;
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--secondary-text-color);
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: "";
    inline-size: 7px;
    block-size: 7px;
    border-inline-end: 2px solid currentcolor;
    border-block-end: 2px solid currentcolor;
    transform: rotate(45deg) translate(-2px, -2px);
  }
  details[open] > summary::before {
    transform: rotate(225deg) translate(-2px, -2px);
  }
  details ol {
    padding-inline-start: 20px;
  }
  details > * + *,
  details .foot {
    margin-block-start: 8px;
  }
  :host([dense]) article {
    padding: 8px 12px;
    flex-flow: row wrap;
    align-items: center;
    align-content: space-between;
    gap: 0 12px;
  }
  :host([dense][bare]) article {
    padding: 0;
  }
  :host([dense]) article > * {
    flex: 1 1 100%;
    min-inline-size: 0;
  }
  :host([dense]) article > details:not([open]) {
    flex: 1 1 auto;
  }
  :host([dense]) article > .foot {
    flex: 0 1 auto;
    margin: 0;
    margin-inline-start: auto;
  }
  :host([dense]) .head {
    gap: 2px 10px;
  }
  :host([dense]) .look {
    inline-size: 44px;
    block-size: 44px;
    margin: 2px;
  }
  :host([dense]) .look .disc {
    inline-size: 28px;
    block-size: 28px;
  }
  :host([dense]) .look ha-icon {
    --mdc-icon-size: 20px;
  }
  :host([dense]) .word {
    font-size: var(--ha-font-size-l, 16px);
  }
  :host([dense]) .may {
    font-size: var(--ha-font-size-s, 12px);
    font-weight: 400;
  }
  :host([dense]) summary {
    min-block-size: 44px;
  }
`,Z=[`why`,`wakes`,`buttons`],Q={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},$={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},te=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:c},home:{attribute:!1},speaker:{attribute:!1},lost:{attribute:!1},parts:{attribute:!1},day:{attribute:!1},dense:{type:Boolean,reflect:!0}}}static{this.styles=[r,o,i,X]}constructor(){super(),this.presses=new D(this),this.seconds=new R(this),this.lost=null,this.parts=Z,this.dense=!1}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&ne(t,n))}willUpdate(e){e.has(`speaker`)&&e.get(`speaker`)&&this.presses.answered()}updated(){let{speaker:e}=this,t=e&&(e.microphone===`live`||u(e)===`exposed`);this.seconds.run(!!t&&this.lost===null&&this.hasAttribute(`open`))}render(){let{hass:t,home:n,speaker:r,lost:i}=this;if(!t||!n||!r)return d;let a=new f(t);if(i!==null)return this.forgotten(a,n,r,i);let o=this.dense&&this.parts.includes(`why`),s=a.t(r.allowed?`panel.may`:`panel.may_not`),c=u(r);return e`
      <article class=${c} aria-label=${r.name}>
        ${L(r,c,q(a,r),o?U(a,r):s)}
        ${this.warnings(a,r)} ${this.chips(a,r)} ${o?d:this.rows(a,r)}
        ${this.parts.includes(`why`)?this.details(a,r,n,o?e`<p>${s}</p>${this.rows(a,r)}`:d):d}
        ${this.parts.includes(`buttons`)?this.controls(a,j(r,n).filter(({deed:e})=>!o||!(e in $))):d}
        ${this.refusal(a)}
      </article>
    `}forgotten(t,n,r,i){let a=t.t(`panel.was`,{state:q(t,r),at:t.moment(i)}),o=j(r,n).filter(({deed:e})=>!this.dense||!(e in $)).map(({deed:e})=>({deed:e,obstacle:`disconnected`}));return e`
      <article class="unknown" aria-label=${r.name}>
        ${L(r,`unknown`,t.t(`panel.not_known`),a)}
        ${this.parts.includes(`buttons`)?this.controls(t,o):d}
        ${this.refusal(t)}
      </article>
    `}refusal(t){let{error:n}=this.presses;return n===null?d:e`<p class="error" role="alert">${t.apart(n)}</p>`}warnings(t,n){let r=[K(t,n)??[]].flat();return n.relay_missing&&r.push(t.t(`panel.relay_missing`)),r.length?e`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${r.map(t=>e`<p>${t}</p>`)}</div>
    </div>`:d}chips(t,n){let r=[];return n.finishing_playback&&r.push([`mdi:music-note`,t.t(`panel.waiting`)]),n.enforced||r.push([`mdi:eye-outline`,t.t(`panel.observed`)]),n.testing&&r.push([`mdi:clipboard-check-outline`,t.t(`panel.testing`)]),n.rests_until!==null&&!n.testing&&r.push([`mdi:timer-sand`,t.t(`panel.resting`,{at:t.seconds(n.rests_until)})]),r.length?e`<ul class="chips" role="list">
      ${r.map(([t,n])=>e`<li><ha-icon icon=${t}></ha-icon>${n}</li>`)}
    </ul>`:d}rows(t,n){let r=[];if(this.parts.includes(`why`)){r.push([`panel.why`,V(t,n)],[`panel.until`,H(t,n)]),r.push([`panel.sure`,W(t,n)]);let i=t.entity(`sensor.assurance.state.${n.assurance}`),a=e`<span class="quiet">${t.t(`panel.grade_${n.assurance}`)}</span>`;r.push([`panel.assurance`,e`${i}<br />${a}`])}if(this.parts.includes(`wakes`)){let e=n.last_activation,i=e?`${t.moment(e.at)} · ${t.t(`panel.outcome_${e.outcome}`)}`:t.t(`panel.never`);r.push([`panel.last`,e&&!e.allowed?`${i} · ${t.t(`panel.last_not_allowed`)}`:i]),r.push([`panel.today`,Y(t,n)])}return r.length?e`<dl>${r.map(([n,r])=>e`<dt>${t.t(n)}</dt><dd>${r}</dd>`)}</dl>`:d}details(t,n,r,i){let a=M(n,r),o=j(n,r).filter(({deed:e})=>e in $),c=e=>{this.toggleAttribute(`open`,e.target.open),this.requestUpdate()},l=(e,r)=>t.span(e+(r?s(n):0));return e`<details @toggle=${c}>
      <summary>${t.t(`panel.more`)}</summary>
      ${i}
      <dl>
        <dt>${t.t(`panel.live_today`)}</dt>
        <dd>${l(n.live_today,n.microphone===`live`)}</dd>
        <dt>${t.t(`panel.exposed_today`)}</dt>
        <dd>${l(n.exposed_today,u(n)===`exposed`)}</dd>
      </dl>
      ${n.trace.length?e`<p class="quiet">${t.t(`panel.outvoted`)}</p>
              <ol>
                ${n.trace.map(n=>e`<li>${J(t,n)}</li>`)}
              </ol>`:e`<p class="quiet">${t.t(`panel.unopposed`)}</p>`}
      ${i===d||!this.parts.includes(`buttons`)?d:this.controls(t,o)}
      ${a?this.controls(t,[a]):d} ${r.is_admin?this.change(t,n,r):d}
    </details>`}change(t,n,r){if(!this.hass)return d;let i=y(this,this.hass,r.entry_id,{change:n.subentry_id});return e`<div class="foot">
      <button
        type="button"
        data-deed="change"
        aria-label=${t.t(`panel.change_speaker`,{speaker:n.name})}
        @click=${i}
      >
        <ha-icon icon="mdi:pencil"></ha-icon>${t.t(`panel.change`)}
      </button>
    </div>`}controls(t,n){if(!n.length)return d;let r=[...new Set(n.flatMap(({obstacle:e})=>e??[]))],i=e=>`${n[0]?.deed}-${e}`,a=e=>e.map(e=>this.button(t,e,i(e.obstacle))),o=n.filter(({deed:e})=>e in $);return e`<div class="foot">
      <div class="buttons">${a(n.filter(({deed:e})=>!(e in $)))}</div>
      ${o.length?e`<div role="group" aria-label=${t.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${t.t(`panel.listen`)}</p>
              <div class="buttons times">${a(o)}</div>
            </div>`:d}
      ${r.map(n=>e`<p class="reason" id=${i(n)}>${t.t(`panel.${n}`)}</p>`)}
    </div>`}button(t,{deed:n,obstacle:r},i){let a=this.presses.stageOf(n),[o,s]=this.label(t,n);return e`<button
      type="button"
      class=${n===`mute`||n===`resume`?`main`:``}
      data-deed=${n}
      aria-label=${a===null&&s!==o?s:d}
      aria-disabled=${r||this.presses.busy?`true`:`false`}
      aria-describedby=${r?i:d}
      @click=${()=>this.press({deed:n,obstacle:r})}
    >
      ${a===`sending`?e`<span class="busy" aria-hidden="true"></span>`:a===null&&n in $?d:e`<ha-icon icon=${a===`sent`?`mdi:check`:Q[n]}></ha-icon>`}
      <span aria-live="polite">${a?t.t(n===`self_test`&&a===`sending`?`panel.testing_now`:`panel.${a}`):o}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=$[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.presses.press(e,n,()=>F(n,r,e))}},ne=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;l(`earlid-speaker`,te);export{m as i,y as n,p as r,D as t};