import{_ as e,a as t,c as n,g as r,h as i,i as a,l as o,o as s,s as c,u as l,x as u,y as d}from"./worded.js";var f=`/config/integrations/integration/earlid`;function p(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var m=`config/config_entries/subentries/flow`,h=`ha-config-entry-row`,g=8e3,_=!1,v=(e,t,n,r)=>async i=>{let a=i.currentTarget;if(!_){_=!0,a.setAttribute(`aria-busy`,`true`);try{await y(e,t,n,r)}finally{_=!1,a.removeAttribute(`aria-busy`)}}};async function y(e,t,n,r){let i=b(t,n,r);try{let{shown:t}=await w(i);if(!e.isConnected)throw Error(`nobody waits for it any more`);t.dialogParams.dialogParentElement=e,e.dispatchEvent(new CustomEvent(`show-dialog`,{detail:t,bubbles:!0,composed:!0}))}catch{i.then(({leave:e})=>e()).catch(()=>void 0),e.isConnected&&p(f)}}async function b(e,t,n){await x();let r=S(t);await r.dialogImport?.();let i=await C(e,t,n),a=()=>void e.callApi(`DELETE`,`${m}/${i}`).catch(()=>void 0),{startFlowHandler:o,...s}=r.dialogParams,c=({flowFinished:e}={})=>{e||a()};return{shown:{...r,dialogParams:{...s,continueFlowId:i,dialogClosedCallback:c}},leave:a}}async function x(){if(customElements.get(h))return;let e=async e=>(await customElements.whenDefined(e),document.createElement(e));await(await e(`partial-panel-resolver`))._getRoutes({config:{component_name:`config`,url_path:`config`}}).routes.config?.load?.(),await(await e(`ha-panel-config`)).routerOptions.routes.integrations?.load?.(),await customElements.whenDefined(h)}function S(e){let t=document.createElement(h);t.data={entry:{entry_id:e,domain:`earlid`}};let n;if(t.addEventListener(`show-dialog`,e=>{e.stopPropagation(),n=e.detail}),t._addSubEntry(`speaker`),!n?.dialogParams)throw Error(`no dialog`);return n}async function C(e,t,n){let r=`change`in n?{handler:[t,`speaker`],subentry_id:n.change}:{handler:[t,n.add]},{type:i,flow_id:a}=await e.callApi(`POST`,m,r);if(i!==`form`&&i!==`menu`)throw Error(i);return`add`in n&&n.typed&&await e.callApi(`POST`,`${m}/${a}`,n.typed).catch(()=>void 0),a}function w(e){return Promise.race([e,new Promise((e,t)=>setTimeout(()=>t(Error(`late`)),g))])}var T=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:l},home:{attribute:!1}}}static{this.styles=[t,s,u`
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
    `]}render(){let{hass:t,home:n}=this;if(!t||!n||n.speakers.length&&n.rules)return e;let r=new i(t);return n.speakers.length?n.is_admin?d`<section>
        <h2>${r.t(`panel.no_rules`)}</h2>
        <p>${r.t(`panel.no_rules_how`)}</p>
        ${this.button(t,n,`rule`,r.t(`panel.add_rule`))}
      </section>`:e:d`<section>
      <h2>${r.t(`panel.empty`)}</h2>
      ${n.is_admin?d`<ol>
                <li>${r.t(`panel.empty_speaker`)}</li>
                <li>${r.t(`panel.empty_rule`)}</li>
                <li>${r.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(t,n,`speaker`,r.t(`panel.add_speaker`))}`:d`<p>${r.t(`panel.empty_ask`)}</p>`}
    </section>`}button(e,t,n,r){return d`<button type="button" class="main" @click=${v(this,e,t.entry_id,{add:n})}>
      <ha-icon icon="mdi:plus"></ha-icon>${r}
    </button>`}};a(`earlid-first-steps`,T);var E=6e3,D=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),E),!0}catch(n){return this.key=null,this.refused=e,this.error=await O(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}};async function O(e,t){let{message:n,translation_domain:r,translation_key:i,translation_placeholders:a}=t??{};if(r&&i)try{let t=(await e.loadBackendTranslation(`exceptions`,r))(`component.${r}.exceptions.${i}.message`,a);if(t)return t}catch{}return typeof n==`string`&&n?n:e.localize(`component.earlid.config_panel.panel.failed`)}var k=[`listen_10`,`listen_60`,`listen_next`];function A(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),n&&r?.effect!==`listen`||i.push(...k),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>N(e)||t===`listen_next`).map(n=>({deed:n,obstacle:M(n,e,t)}))}function j(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function M(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&k.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var N=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function P(e,t,n){let r=N(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var F={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function I(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}var L=(e,{because:t,hold:n})=>I(e,t,!!(n?.by_hand&&n.effect===t.effect));function R(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}function z(e,{microphone:t,witnesses:n}){let r=n.map(t=>F[t]?e.t(F[t]):t);return t===`off_proven`&&r.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(r)}):e.t(`panel.proof_${o(t)}`)}function B(e,t){let n=o(t.microphone);return e.t(`panel.hears_${n}${c(t)===`exposed`?`_exposed`:``}`)}function V(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=e.t(`panel.voted`,{who:I(e,t),effect:n});return t.until===null?r:`${r} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function H(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var U=u`
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
`,W=[`why`,`wakes`,`buttons`],G={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},K={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},q={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},J=class extends r{static{this.properties={hass:{attribute:!1,hasChanged:l},home:{attribute:!1},speaker:{attribute:!1},parts:{attribute:!1},day:{attribute:!1}}}static{this.styles=[t,s,n,U]}constructor(){super(),this.presses=new D(this),this.parts=W}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&Y(t,n))}willUpdate(e){e.has(`speaker`)&&e.get(`speaker`)&&this.presses.answered()}render(){let{hass:t,home:n,speaker:r}=this;if(!t||!n||!r)return e;let a=new i(t),o=c(r);return d`
      <article class=${o} aria-label=${r.name}>
        <div class="head">
          <div class="look ${o}"><span class="disc"><ha-icon icon=${G[o]}></ha-icon></span></div>
          <div>
            <h3 class="clip">
              <bdi>${r.name}</bdi>${r.area?d`<span class="quiet"> · <bdi>${r.area}</bdi></span>`:e}
            </h3>
            <p class="word" data-look=${o}>${B(a,r)}</p>
            <p class="may">${a.t(r.allowed?`panel.may`:`panel.may_not`)}</p>
          </div>
        </div>
        ${this.warnings(a,r)} ${this.chips(a,r)} ${this.rows(a,r)}
        ${this.parts.includes(`why`)?this.details(a,r,n):e}
        ${this.parts.includes(`buttons`)?this.controls(a,A(r,n)):e}
        ${this.presses.error===null?e:d`<p class="error" role="alert">${a.apart(this.presses.error)}</p>`}
      </article>
    `}warnings(t,n){let r=[];if(n.breach){let e=t.entity(`binary_sensor.breach.state_attributes.cause.state.${n.breach.cause}`);r.push(t.t(n.enforced?`panel.breach`:`panel.breach_observed`,{cause:e,since:t.moment(n.breach.since)}))}return n.relay_missing&&r.push(t.t(`panel.relay_missing`)),r.length?d`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${r.map(e=>d`<p>${e}</p>`)}</div>
    </div>`:e}chips(t,n){let r=[];return n.finishing_playback&&r.push([`mdi:music-note`,t.t(`panel.waiting`)]),n.enforced||r.push([`mdi:eye-outline`,t.t(`panel.observed`)]),n.testing&&r.push([`mdi:clipboard-check-outline`,t.t(`panel.testing`)]),r.length?d`<ul class="chips" role="list">
      ${r.map(([e,t])=>d`<li><ha-icon icon=${e}></ha-icon>${t}</li>`)}
    </ul>`:e}rows(t,n){let r=[];if(this.parts.includes(`why`)&&(r.push([`panel.why`,L(t,n)],[`panel.until`,R(t,n)]),r.push([`panel.sure`,z(t,n)]),r.push([`panel.assurance`,t.entity(`sensor.assurance.state.${n.assurance}`)])),this.parts.includes(`wakes`)){let e=n.last_activation,i=e&&t.entity(`event.activation.state_attributes.event_type.state.${e.outcome}`),a=e?`${t.moment(e.at)} · ${i}`:t.t(`panel.never`);r.push([`panel.last`,e&&!e.allowed?`${a} · ${t.t(`panel.last_not_allowed`)}`:a]),r.push([`panel.today`,H(t,n)])}return r.length?d`<dl>${r.map(([e,n])=>d`<dt>${t.t(e)}</dt><dd>${n}</dd>`)}</dl>`:e}details(t,n,r){let i=j(n,r);return d`<details @toggle=${e=>this.toggleAttribute(`open`,e.target.open)}>
      <summary>${t.t(`panel.more`)}</summary>
      <p>${t.t(`panel.grade_${n.assurance}`)}</p>
      <dl>
        <dt>${t.t(`panel.live_today`)}</dt>
        <dd>${t.span(n.live_today)}</dd>
        <dt>${t.t(`panel.exposed_today`)}</dt>
        <dd>${t.span(n.exposed_today)}</dd>
      </dl>
      ${n.trace.length?d`<p class="quiet">${t.t(`panel.outvoted`)}</p>
              <ol>
                ${n.trace.map(e=>d`<li>${V(t,e)}</li>`)}
              </ol>`:d`<p class="quiet">${t.t(`panel.unopposed`)}</p>`}
      ${i?this.controls(t,[i]):e} ${r.is_admin?this.change(t,n,r):e}
    </details>`}change(t,n,r){if(!this.hass)return e;let i=v(this,this.hass,r.entry_id,{change:n.subentry_id});return d`<div class="foot">
      <button
        type="button"
        data-deed="change"
        aria-label=${t.t(`panel.change_speaker`,{speaker:n.name})}
        @click=${i}
      >
        <ha-icon icon="mdi:pencil"></ha-icon>${t.t(`panel.change`)}
      </button>
    </div>`}controls(t,n){if(!n.length)return e;let r=[...new Set(n.flatMap(({obstacle:e})=>e??[]))],i=e=>`${n[0]?.deed}-${e}`,a=e=>e.map(e=>this.button(t,e,i(e.obstacle))),o=n.filter(({deed:e})=>e in q);return d`<div class="foot">
      <div class="buttons">${a(n.filter(({deed:e})=>!(e in q)))}</div>
      ${o.length?d`<div role="group" aria-label=${t.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${t.t(`panel.listen`)}</p>
              <div class="buttons times">${a(o)}</div>
            </div>`:e}
      ${r.map(e=>d`<p class="reason" id=${i(e)}>${t.t(`panel.${e}`)}</p>`)}
    </div>`}button(t,{deed:n,obstacle:r},i){let a=this.presses.stageOf(n),[o,s]=this.label(t,n);return d`<button
      type="button"
      class=${n===`mute`||n===`resume`?`main`:``}
      data-deed=${n}
      aria-label=${a===null&&s!==o?s:e}
      aria-disabled=${r||this.presses.busy?`true`:`false`}
      aria-describedby=${r?i:e}
      @click=${()=>this.press({deed:n,obstacle:r})}
    >
      ${a===`sending`?d`<span class="busy" aria-hidden="true"></span>`:a===null&&n in q?e:d`<ha-icon icon=${a===`sent`?`mdi:check`:K[n]}></ha-icon>`}
      <span aria-live="polite">${a?t.t(`panel.${a}`):o}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null&&!this.speaker?.hold){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=q[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.presses.press(e,n,()=>P(n,r,e))}},Y=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;a(`earlid-speaker`,J);export{p as i,v as n,f as r,D as t};