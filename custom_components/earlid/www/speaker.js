import{C as e,D as t,S as n,T as r,c as i,d as a,f as o,h as s,l as c,m as l,o as u,p as d,s as f,u as p,x as m}from"./worded.js";var h=`/config/integrations/integration/earlid`;function g(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var _=`config/config_entries/subentries/flow`,v=`ha-config-entry-row`,ee=8e3,y=!1,b=(e,t,n,r)=>async i=>{let a=i.currentTarget;if(!y){y=!0,a.setAttribute(`aria-busy`,`true`);try{await x(e,t,n,r)}finally{y=!1,a.removeAttribute(`aria-busy`)}}};async function x(e,t,n,r){let i=S(t,n,r);try{let{shown:t}=await E(i);if(!e.isConnected)throw Error(`nobody waits for it any more`);t.dialogParams.dialogParentElement=e,e.dispatchEvent(new CustomEvent(`show-dialog`,{detail:t,bubbles:!0,composed:!0}))}catch{i.then(({leave:e})=>e()).catch(()=>void 0),e.isConnected&&g(h)}}async function S(e,t,n){await C();let r=w(t);await r.dialogImport?.();let i=await T(e,t,n),a=()=>void e.callApi(`DELETE`,`${_}/${i}`).catch(()=>void 0),{startFlowHandler:o,...s}=r.dialogParams,c=({flowFinished:e}={})=>{e||a()};return{shown:{...r,dialogParams:{...s,continueFlowId:i,dialogClosedCallback:c}},leave:a}}async function C(){if(customElements.get(v))return;let e=async e=>(await customElements.whenDefined(e),document.createElement(e));await(await e(`partial-panel-resolver`))._getRoutes({config:{component_name:`config`,url_path:`config`}}).routes.config?.load?.(),await(await e(`ha-panel-config`)).routerOptions.routes.integrations?.load?.(),await customElements.whenDefined(v)}function w(e){let t=document.createElement(v);t.data={entry:{entry_id:e,domain:`earlid`}};let n;if(t.addEventListener(`show-dialog`,e=>{e.stopPropagation(),n=e.detail}),t._addSubEntry(`speaker`),!n?.dialogParams)throw Error(`no dialog`);return n}async function T(e,t,n){let r=`change`in n?{handler:[t,n.of],subentry_id:n.change}:{handler:[t,n.add]},{type:i,flow_id:a}=await e.callApi(`POST`,_,r);if(i!==`form`&&i!==`menu`)throw Error(i);return`add`in n&&n.typed&&await e.callApi(`POST`,`${_}/${a}`,n.typed).catch(()=>void 0),a}function E(e){return Promise.race([e,new Promise((e,t)=>setTimeout(()=>t(Error(`late`)),ee))])}var D=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:d},home:{attribute:!1}}}static{this.styles=[i,c,t`
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
    `]}render(){let{hass:t,home:n}=this;if(!t||!n||n.speakers.length&&n.rules.length)return e;let i=new m(t);return n.speakers.length?n.is_admin?r`<section>
        <h2>${i.t(`panel.no_rules`)}</h2>
        <p>${i.t(`panel.no_rules_how`)}</p>
        ${this.button(t,n,`rule`,i.t(`panel.add_rule`))}
      </section>`:e:r`<section>
      <h2>${i.t(`panel.empty`)}</h2>
      ${n.is_admin?r`<ol>
                <li>${i.t(`panel.empty_speaker`)}</li>
                <li>${i.t(`panel.empty_rule`)}</li>
                <li>${i.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(t,n,`speaker`,i.t(`panel.add_speaker`))}`:r`<p>${i.t(`panel.empty_ask`)}</p>`}
    </section>`}button(e,t,n,i){return r`<button type="button" class="main" @click=${b(this,e,t.entry_id,{add:n})}>
      <ha-icon icon="mdi:plus"></ha-icon>${i}
    </button>`}};f(`earlid-first-steps`,D);var O=6e3,k=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),O),!0}catch(n){return this.key=null,this.refused=e,this.error=await A(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}};async function A(e,t){let n=t=>e.localize(`component.earlid.config_panel.panel.${t}`);if(l(t))return n(s(t)?`not_sent`:`not_answered`);let{message:r,translation_domain:i,translation_key:a,translation_placeholders:o}=t??{};if(i&&a)try{let t=(await e.loadBackendTranslation(`exceptions`,i))(`component.${i}.exceptions.${a}.message`,o);if(t)return t}catch{}return typeof r==`string`&&r?r:n(`failed`)}var j=[`listen_10`,`listen_60`,`listen_next`];function M(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),(r?r.effect===`listen`:!n)&&i.push(...j),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>F(e)||t===`listen_next`).map(n=>({deed:n,obstacle:P(n,e,t)}))}function N(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function P(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&j.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var F=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function I(e,t,n){let r=F(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var L={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},R=(t,n,i,a)=>r`<div class="head">
    <div class="look ${n}"><span class="disc"><ha-icon icon=${L[n]}></ha-icon></span></div>
    <div>
      <h3 class="clip">
        <bdi>${t.name}</bdi>${t.area?r`<span class="quiet"> · <bdi>${t.area}</bdi></span>`:e}
      </h3>
      <p class="word" data-look=${n}>${i}</p>
      <p class="may">${a}</p>
    </div>
  </div>`,z=class{constructor(e){this.host=e,e.addController(this)}hostDisconnected(){this.run(!1)}run(e){e!==(this.timer!==void 0)&&(clearInterval(this.timer),this.timer=e?setInterval(()=>this.host.requestUpdate(),1e3):void 0)}},B={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function V(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}function H(e,{because:t,hold:n,testing:r}){return r?e.t(`panel.why_testing`):t.because===`posture`?e.t(`panel.posture_${t.effect}`):V(e,t,!!(n?.by_hand&&n.effect===t.effect))}function U(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}var W=(e,t)=>t.until===null?H(e,t):`${H(e,t)} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`;function G(e,t){let{microphone:n,witnesses:r,breach:i,unheard:a}=t,s=r.map(t=>B[t]?e.t(B[t]):t);if(a===`off_proven`||a===`off_unproven`){let n=[e.t(`panel.witness_relay`),...a===`off_proven`?s:[]];return e.t(`panel.proof_heard`,{at:e.moment(K(t)),witnesses:e.list(n)})}return n===`live`&&i?.cause===`evidence_contradicts`&&s.length?e.t(`panel.proof_contradicted`,{witnesses:e.list(s)}):n===`off_proven`&&s.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(s)}):e.t(`panel.proof_${o(n)}`)}var K=({breach:e,last_activation:t})=>t&&!t.allowed?t.at:e?.since??t?.at??Date.now();function q(e,{breach:t,enforced:n}){if(!t)return null;let r={cause:e.entity(`binary_sensor.breach.state_attributes.cause.state.${t.cause}`),since:e.moment(t.since)};if(!n)return e.t(`panel.breach_observed`,r);let i=t.cause===`heard_while_muted`||t.cause===`evidence_contradicts`;return e.t(i?`panel.breach_unplug`:`panel.breach`,r)}function J(e,t){let n=o(t.microphone);return e.t(`panel.hears_${n}${p(t)===`exposed`?`_exposed`:``}`)}function Y(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=t.because===`posture`?e.t(`panel.without_rule`):V(e,t),i=e.t(`panel.voted`,{who:r,effect:n});return t.until===null?i:`${i} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function X(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var Z=t`
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
`,Q=[`why`,`wakes`,`buttons`],te={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},$={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},ne=class extends n{static{this.properties={hass:{attribute:!1,hasChanged:d},home:{attribute:!1},speaker:{attribute:!1},lost:{attribute:!1},parts:{attribute:!1},day:{attribute:!1},dense:{type:Boolean,reflect:!0}}}static{this.styles=[i,c,a,Z]}constructor(){super(),this.presses=new k(this),this.tests=new k(this),this.of=e=>e===`self_test`?this.tests:this.presses,this.seconds=new z(this),this.lost=null,this.parts=Q,this.dense=!1}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&re(t,n))}willUpdate(e){if(e.has(`speaker`)&&e.get(`speaker`))for(let e of[this.presses,this.tests])e.answered()}updated(){let{speaker:e}=this,t=e&&(e.microphone===`live`||p(e)===`exposed`);this.seconds.run(!!t&&this.lost===null&&this.hasAttribute(`open`))}render(){let{hass:t,home:n,speaker:i,lost:a}=this;if(!t||!n||!i)return e;let o=new m(t);if(a!==null)return this.forgotten(o,n,i,a);let s=this.dense&&this.parts.includes(`why`),c=o.t(i.allowed?`panel.may`:`panel.may_not`),l=p(i);return r`
      <article class=${l} aria-label=${i.name}>
        ${R(i,l,J(o,i),s?W(o,i):c)}
        ${this.warnings(o,i)} ${this.chips(o,i)} ${s?e:this.rows(o,i)}
        ${this.parts.includes(`why`)?this.details(o,i,n,s?r`<p>${c}</p>${this.rows(o,i)}`:e):e}
        ${this.parts.includes(`buttons`)?this.controls(o,M(i,n).filter(({deed:e})=>!s||!(e in $))):e}
        ${this.refusal(o)}
      </article>
    `}forgotten(t,n,i,a){let o=t.t(`panel.was`,{state:J(t,i),at:t.moment(a)}),s=M(i,n).filter(({deed:e})=>!this.dense||!(e in $)).map(({deed:e})=>({deed:e,obstacle:`disconnected`}));return r`
      <article class="unknown" aria-label=${i.name}>
        ${R(i,`unknown`,t.t(`panel.not_known`),o)}
        ${this.parts.includes(`buttons`)?this.controls(t,s):e}
        ${this.refusal(t)}
      </article>
    `}refusal(t){let n=this.presses.error??this.tests.error;return n===null?e:r`<p class="error" role="alert">${t.apart(n)}</p>`}warnings(t,n){let i=[q(t,n)??[]].flat();return n.relay_missing&&i.push(t.t(`panel.relay_missing`)),i.length?r`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${i.map(e=>r`<p>${e}</p>`)}</div>
    </div>`:e}chips(t,n){let i=[];return n.finishing_playback&&i.push([`mdi:music-note`,t.t(`panel.waiting`)]),n.enforced||i.push([`mdi:eye-outline`,t.t(`panel.observed`)]),n.testing&&i.push([`mdi:clipboard-check-outline`,t.t(`panel.testing`)]),n.rests_until!==null&&!n.testing&&i.push([`mdi:timer-sand`,t.t(`panel.resting`,{at:t.seconds(n.rests_until)})]),i.length?r`<ul class="chips" role="list">
      ${i.map(([e,t])=>r`<li><ha-icon icon=${e}></ha-icon>${t}</li>`)}
    </ul>`:e}rows(t,n){let i=[];if(this.parts.includes(`why`)){i.push([`panel.why`,H(t,n)],[`panel.until`,U(t,n)]),i.push([`panel.sure`,G(t,n)]);let e=t.entity(`sensor.assurance.state.${n.assurance}`),a=r`<span class="quiet">${t.t(`panel.grade_${n.assurance}`)}</span>`;i.push([`panel.assurance`,r`${e}<br />${a}`])}if(this.parts.includes(`wakes`)){let e=n.last_activation,r=e?`${t.moment(e.at)} · ${t.t(`panel.outcome_${e.outcome}`)}`:t.t(`panel.never`);i.push([`panel.last`,e&&!e.allowed?`${r} · ${t.t(`panel.last_not_allowed`)}`:r]),i.push([`panel.today`,X(t,n)])}return i.length?r`<dl>${i.map(([e,n])=>r`<dt>${t.t(e)}</dt><dd>${n}</dd>`)}</dl>`:e}details(t,n,i,a){let o=N(n,i),s=M(n,i).filter(({deed:e})=>e in $),c=e=>{this.toggleAttribute(`open`,e.target.open),this.requestUpdate()},l=(e,r)=>t.span(e+(r?u(n):0));return r`<details @toggle=${c}>
      <summary>${t.t(`panel.more`)}</summary>
      ${a}
      <dl>
        <dt>${t.t(`panel.live_today`)}</dt>
        <dd>${l(n.live_today,n.microphone===`live`)}</dd>
        <dt>${t.t(`panel.exposed_today`)}</dt>
        <dd>${l(n.exposed_today,p(n)===`exposed`)}</dd>
      </dl>
      ${n.trace.length?r`<p class="quiet">${t.t(`panel.outvoted`)}</p>
              <ol>
                ${n.trace.map(e=>r`<li>${Y(t,e)}</li>`)}
              </ol>`:r`<p class="quiet">${t.t(`panel.unopposed`)}</p>`}
      ${a===e||!this.parts.includes(`buttons`)?e:this.controls(t,s)}
      ${o?this.controls(t,[o]):e} ${i.is_admin?this.change(t,n,i):e}
    </details>`}change(t,n,i){if(!this.hass)return e;let a=b(this,this.hass,i.entry_id,{change:n.subentry_id,of:`speaker`});return r`<div class="foot">
      <button
        type="button"
        data-deed="change"
        aria-label=${t.t(`panel.change_speaker`,{speaker:n.name})}
        @click=${a}
      >
        <ha-icon icon="mdi:pencil"></ha-icon>${t.t(`panel.change`)}
      </button>
    </div>`}controls(t,n){if(!n.length)return e;let i=[...new Set(n.flatMap(({obstacle:e})=>e??[]))],a=e=>`${n[0]?.deed}-${e}`,o=e=>e.map(e=>this.button(t,e,a(e.obstacle))),s=n.filter(({deed:e})=>e in $);return r`<div class="foot">
      <div class="buttons">${o(n.filter(({deed:e})=>!(e in $)))}</div>
      ${s.length?r`<div role="group" aria-label=${t.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${t.t(`panel.listen`)}</p>
              <div class="buttons times">${o(s)}</div>
            </div>`:e}
      ${i.map(e=>r`<p class="reason" id=${a(e)}>${t.t(`panel.${e}`)}</p>`)}
    </div>`}button(t,{deed:n,obstacle:i},a){let o=this.of(n),s=o.stageOf(n),[c,l]=this.label(t,n);return r`<button
      type="button"
      class=${n===`mute`||n===`resume`?`main`:``}
      data-deed=${n}
      aria-label=${s===null&&l!==c?l:e}
      aria-disabled=${i||o.busy?`true`:`false`}
      aria-describedby=${i?a:e}
      @click=${()=>this.press({deed:n,obstacle:i})}
    >
      ${s===`sending`?r`<span class="busy" aria-hidden="true"></span>`:s===null&&n in $?e:r`<ha-icon icon=${s===`sent`?`mdi:check`:te[n]}></ha-icon>`}
      <span aria-live="polite">${s?t.t(n===`self_test`&&s===`sending`?`panel.testing_now`:`panel.${s}`):c}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=$[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.of(e).press(e,n,()=>I(n,r,e))}},re=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;f(`earlid-speaker`,ne);export{g as i,b as n,h as r,k as t};