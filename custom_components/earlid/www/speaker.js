import{S as e,b as t,c as n,d as r,f as i,l as a,o,s,u as c,v as l,w as u,y as d}from"./worded.js";var f=`/config/integrations/integration/earlid`;function p(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var m=`config/config_entries/subentries/flow`,h=`ha-config-entry-row`,g=8e3,_=!1,v=(e,t,n,r)=>async i=>{let a=i.currentTarget;if(!_){_=!0,a.setAttribute(`aria-busy`,`true`);try{await y(e,t,n,r)}finally{_=!1,a.removeAttribute(`aria-busy`)}}};async function y(e,t,n,r){let i=b(t,n,r);try{let{shown:t}=await w(i);if(!e.isConnected)throw Error(`nobody waits for it any more`);t.dialogParams.dialogParentElement=e,e.dispatchEvent(new CustomEvent(`show-dialog`,{detail:t,bubbles:!0,composed:!0}))}catch{i.then(({leave:e})=>e()).catch(()=>void 0),e.isConnected&&p(f)}}async function b(e,t,n){await x();let r=S(t);await r.dialogImport?.();let i=await C(e,t,n),a=()=>void e.callApi(`DELETE`,`${m}/${i}`).catch(()=>void 0),{startFlowHandler:o,...s}=r.dialogParams,c=({flowFinished:e}={})=>{e||a()};return{shown:{...r,dialogParams:{...s,continueFlowId:i,dialogClosedCallback:c}},leave:a}}async function x(){if(customElements.get(h))return;let e=async e=>(await customElements.whenDefined(e),document.createElement(e));await(await e(`partial-panel-resolver`))._getRoutes({config:{component_name:`config`,url_path:`config`}}).routes.config?.load?.(),await(await e(`ha-panel-config`)).routerOptions.routes.integrations?.load?.(),await customElements.whenDefined(h)}function S(e){let t=document.createElement(h);t.data={entry:{entry_id:e,domain:`earlid`}};let n;if(t.addEventListener(`show-dialog`,e=>{e.stopPropagation(),n=e.detail}),t._addSubEntry(`speaker`),!n?.dialogParams)throw Error(`no dialog`);return n}async function C(e,t,n){let r=`change`in n?{handler:[t,`speaker`],subentry_id:n.change}:{handler:[t,n.add]},{type:i,flow_id:a}=await e.callApi(`POST`,m,r);if(i!==`form`&&i!==`menu`)throw Error(i);return`add`in n&&n.typed&&await e.callApi(`POST`,`${m}/${a}`,n.typed).catch(()=>void 0),a}function w(e){return Promise.race([e,new Promise((e,t)=>setTimeout(()=>t(Error(`late`)),g))])}var T=class extends d{static{this.properties={hass:{attribute:!1,hasChanged:i},home:{attribute:!1}}}static{this.styles=[s,n,u`
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
    `]}render(){let{hass:n,home:r}=this;if(!n||!r||r.speakers.length&&r.rules)return t;let i=new l(n);return r.speakers.length?r.is_admin?e`<section>
        <h2>${i.t(`panel.no_rules`)}</h2>
        <p>${i.t(`panel.no_rules_how`)}</p>
        ${this.button(n,r,`rule`,i.t(`panel.add_rule`))}
      </section>`:t:e`<section>
      <h2>${i.t(`panel.empty`)}</h2>
      ${r.is_admin?e`<ol>
                <li>${i.t(`panel.empty_speaker`)}</li>
                <li>${i.t(`panel.empty_rule`)}</li>
                <li>${i.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(n,r,`speaker`,i.t(`panel.add_speaker`))}`:e`<p>${i.t(`panel.empty_ask`)}</p>`}
    </section>`}button(t,n,r,i){return e`<button type="button" class="main" @click=${v(this,t,n.entry_id,{add:r})}>
      <ha-icon icon="mdi:plus"></ha-icon>${i}
    </button>`}};o(`earlid-first-steps`,T);var E=6e3,D=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),E),!0}catch(n){return this.key=null,this.refused=e,this.error=await O(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}};async function O(e,t){let{message:n,translation_domain:r,translation_key:i,translation_placeholders:a}=t??{};if(r&&i)try{let t=(await e.loadBackendTranslation(`exceptions`,r))(`component.${r}.exceptions.${i}.message`,a);if(t)return t}catch{}return typeof n==`string`&&n?n:e.localize(`component.earlid.config_panel.panel.failed`)}var k=[`listen_10`,`listen_60`,`listen_next`];function A(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),(r?r.effect===`listen`:!n)&&i.push(...k),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>N(e)||t===`listen_next`).map(n=>({deed:n,obstacle:M(n,e,t)}))}function j(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function M(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&k.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var N=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function P(e,t,n){let r=N(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var F={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function I(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}var L=(e,{because:t,hold:n})=>I(e,t,!!(n?.by_hand&&n.effect===t.effect));function R(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}var z=(e,t)=>t.until===null?L(e,t):`${L(e,t)} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`;function B(e,{microphone:t,witnesses:n}){let i=n.map(t=>F[t]?e.t(F[t]):t);return t===`off_proven`&&i.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(i)}):e.t(`panel.proof_${r(t)}`)}function V(e,t){let n=r(t.microphone);return e.t(`panel.hears_${n}${a(t)===`exposed`?`_exposed`:``}`)}function H(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=e.t(`panel.voted`,{who:I(e,t),effect:n});return t.until===null?r:`${r} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function U(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var W=u`
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
`,G=[`why`,`wakes`,`buttons`],K={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},q={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},J={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},Y=class extends d{static{this.properties={hass:{attribute:!1,hasChanged:i},home:{attribute:!1},speaker:{attribute:!1},parts:{attribute:!1},day:{attribute:!1},dense:{type:Boolean,reflect:!0}}}static{this.styles=[s,n,c,W]}constructor(){super(),this.presses=new D(this),this.parts=G,this.dense=!1}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&X(t,n))}willUpdate(e){e.has(`speaker`)&&e.get(`speaker`)&&this.presses.answered()}render(){let{hass:n,home:r,speaker:i}=this;if(!n||!r||!i)return t;let o=new l(n),s=a(i),c=this.dense&&this.parts.includes(`why`),u=o.t(i.allowed?`panel.may`:`panel.may_not`);return e`
      <article class=${s} aria-label=${i.name}>
        <div class="head">
          <div class="look ${s}"><span class="disc"><ha-icon icon=${K[s]}></ha-icon></span></div>
          <div>
            <h3 class="clip">
              <bdi>${i.name}</bdi>${i.area?e`<span class="quiet"> · <bdi>${i.area}</bdi></span>`:t}
            </h3>
            <p class="word" data-look=${s}>${V(o,i)}</p>
            <p class="may">${c?z(o,i):u}</p>
          </div>
        </div>
        ${this.warnings(o,i)} ${this.chips(o,i)} ${c?t:this.rows(o,i)}
        ${this.parts.includes(`why`)?this.details(o,i,r,c?e`<p>${u}</p>${this.rows(o,i)}`:t):t}
        ${this.parts.includes(`buttons`)?this.controls(o,A(i,r).filter(({deed:e})=>!c||!(e in J))):t}
        ${this.presses.error===null?t:e`<p class="error" role="alert">${o.apart(this.presses.error)}</p>`}
      </article>
    `}warnings(n,r){let i=[];if(r.breach){let e=n.entity(`binary_sensor.breach.state_attributes.cause.state.${r.breach.cause}`);i.push(n.t(r.enforced?`panel.breach`:`panel.breach_observed`,{cause:e,since:n.moment(r.breach.since)}))}return r.relay_missing&&i.push(n.t(`panel.relay_missing`)),i.length?e`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${i.map(t=>e`<p>${t}</p>`)}</div>
    </div>`:t}chips(n,r){let i=[];return r.finishing_playback&&i.push([`mdi:music-note`,n.t(`panel.waiting`)]),r.enforced||i.push([`mdi:eye-outline`,n.t(`panel.observed`)]),r.testing&&i.push([`mdi:clipboard-check-outline`,n.t(`panel.testing`)]),i.length?e`<ul class="chips" role="list">
      ${i.map(([t,n])=>e`<li><ha-icon icon=${t}></ha-icon>${n}</li>`)}
    </ul>`:t}rows(n,r){let i=[];if(this.parts.includes(`why`)){i.push([`panel.why`,L(n,r)],[`panel.until`,R(n,r)]),i.push([`panel.sure`,B(n,r)]);let t=n.entity(`sensor.assurance.state.${r.assurance}`),a=e`<span class="quiet">${n.t(`panel.grade_${r.assurance}`)}</span>`;i.push([`panel.assurance`,e`${t}<br />${a}`])}if(this.parts.includes(`wakes`)){let e=r.last_activation,t=e&&n.entity(`event.activation.state_attributes.event_type.state.${e.outcome}`),a=e?`${n.moment(e.at)} · ${t}`:n.t(`panel.never`);i.push([`panel.last`,e&&!e.allowed?`${a} · ${n.t(`panel.last_not_allowed`)}`:a]),i.push([`panel.today`,U(n,r)])}return i.length?e`<dl>${i.map(([t,r])=>e`<dt>${n.t(t)}</dt><dd>${r}</dd>`)}</dl>`:t}details(n,r,i,a){let o=j(r,i),s=A(r,i).filter(({deed:e})=>e in J);return e`<details @toggle=${e=>this.toggleAttribute(`open`,e.target.open)}>
      <summary>${n.t(`panel.more`)}</summary>
      ${a}
      <dl>
        <dt>${n.t(`panel.live_today`)}</dt>
        <dd>${n.span(r.live_today)}</dd>
        <dt>${n.t(`panel.exposed_today`)}</dt>
        <dd>${n.span(r.exposed_today)}</dd>
      </dl>
      ${r.trace.length?e`<p class="quiet">${n.t(`panel.outvoted`)}</p>
              <ol>
                ${r.trace.map(t=>e`<li>${H(n,t)}</li>`)}
              </ol>`:e`<p class="quiet">${n.t(`panel.unopposed`)}</p>`}
      ${a===t||!this.parts.includes(`buttons`)?t:this.controls(n,s)}
      ${o?this.controls(n,[o]):t} ${i.is_admin?this.change(n,r,i):t}
    </details>`}change(n,r,i){if(!this.hass)return t;let a=v(this,this.hass,i.entry_id,{change:r.subentry_id});return e`<div class="foot">
      <button
        type="button"
        data-deed="change"
        aria-label=${n.t(`panel.change_speaker`,{speaker:r.name})}
        @click=${a}
      >
        <ha-icon icon="mdi:pencil"></ha-icon>${n.t(`panel.change`)}
      </button>
    </div>`}controls(n,r){if(!r.length)return t;let i=[...new Set(r.flatMap(({obstacle:e})=>e??[]))],a=e=>`${r[0]?.deed}-${e}`,o=e=>e.map(e=>this.button(n,e,a(e.obstacle))),s=r.filter(({deed:e})=>e in J);return e`<div class="foot">
      <div class="buttons">${o(r.filter(({deed:e})=>!(e in J)))}</div>
      ${s.length?e`<div role="group" aria-label=${n.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${n.t(`panel.listen`)}</p>
              <div class="buttons times">${o(s)}</div>
            </div>`:t}
      ${i.map(t=>e`<p class="reason" id=${a(t)}>${n.t(`panel.${t}`)}</p>`)}
    </div>`}button(n,{deed:r,obstacle:i},a){let o=this.presses.stageOf(r),[s,c]=this.label(n,r);return e`<button
      type="button"
      class=${r===`mute`||r===`resume`?`main`:``}
      data-deed=${r}
      aria-label=${o===null&&c!==s?c:t}
      aria-disabled=${i||this.presses.busy?`true`:`false`}
      aria-describedby=${i?a:t}
      @click=${()=>this.press({deed:r,obstacle:i})}
    >
      ${o===`sending`?e`<span class="busy" aria-hidden="true"></span>`:o===null&&r in J?t:e`<ha-icon icon=${o===`sent`?`mdi:check`:q[r]}></ha-icon>`}
      <span aria-live="polite">${o?n.t(`panel.${o}`):s}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null&&!this.speaker?.hold){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=J[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.presses.press(e,n,()=>P(n,r,e))}},X=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;o(`earlid-speaker`,Y);export{p as i,v as n,f as r,D as t};