import{a as e,b as t,c as n,g as r,h as i,i as a,l as o,m as s,o as c,s as l,u,v as d}from"./worded.js";var f=`/config/integrations/integration/earlid`;function p(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var m=class extends i{static{this.properties={hass:{attribute:!1,hasChanged:u},home:{attribute:!1}}}static{this.styles=[e,c,t`
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
    `]}render(){let{hass:e,home:t}=this;if(!e||!t||t.speakers.length&&t.rules)return r;let n=new s(e);return t.speakers.length?t.is_admin?d`<section>
        <h2>${n.t(`panel.no_rules`)}</h2>
        <p>${n.t(`panel.no_rules_how`)}</p>
        ${this.button(n.t(`panel.add_rule`))}
      </section>`:r:d`<section>
      <h2>${n.t(`panel.empty`)}</h2>
      ${t.is_admin?d`<ol>
                <li>${n.t(`panel.empty_speaker`)}</li>
                <li>${n.t(`panel.empty_rule`)}</li>
                <li>${n.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(n.t(`panel.add_speaker`))}`:d`<p>${n.t(`panel.empty_ask`)}</p>`}
    </section>`}button(e){return d`<button type="button" class="main" @click=${()=>p(f)}>
      <ha-icon icon="mdi:plus"></ha-icon>${e}
    </button>`}};a(`earlid-first-steps`,m);var h=6e3,g=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),h),!0}catch(n){return this.key=null,this.refused=e,this.error=await _(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}};async function _(e,t){let{message:n,translation_domain:r,translation_key:i,translation_placeholders:a}=t??{};if(r&&i)try{let t=(await e.loadBackendTranslation(`exceptions`,r))(`component.${r}.exceptions.${i}.message`,a);if(t)return t}catch{}return typeof n==`string`&&n?n:e.localize(`component.earlid.config_panel.panel.failed`)}var v=[`listen_10`,`listen_60`,`listen_next`];function y(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),n&&r?.effect!==`listen`||i.push(...v),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>S(e)||t===`listen_next`).map(n=>({deed:n,obstacle:x(n,e,t)}))}function b(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function x(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&v.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var S=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function C(e,t,n){let r=S(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var w={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function T(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}var E=(e,{because:t,hold:n})=>T(e,t,!!(n?.by_hand&&n.effect===t.effect));function D(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}function O(e,{microphone:t,witnesses:n}){let r=n.map(t=>w[t]?e.t(w[t]):t);return t===`off_proven`&&r.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(r)}):e.t(`panel.proof_${o(t)}`)}function k(e,t){let n=o(t.microphone);return e.t(`panel.hears_${n}${l(t)===`exposed`?`_exposed`:``}`)}function A(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=e.t(`panel.voted`,{who:T(e,t),effect:n});return t.until===null?r:`${r} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function j(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var M=t`
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
`,N=[`why`,`wakes`,`buttons`],P={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},F={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},I={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},L=class extends i{static{this.properties={hass:{attribute:!1,hasChanged:u},home:{attribute:!1},speaker:{attribute:!1},parts:{attribute:!1},day:{attribute:!1}}}static{this.styles=[e,c,n,M]}constructor(){super(),this.presses=new g(this),this.parts=N}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&R(t,n))}willUpdate(e){e.has(`speaker`)&&e.get(`speaker`)&&this.presses.answered()}render(){let{hass:e,home:t,speaker:n}=this;if(!e||!t||!n)return r;let i=new s(e),a=l(n);return d`
      <article class=${a} aria-label=${n.name}>
        <div class="head">
          <div class="look ${a}"><span class="disc"><ha-icon icon=${P[a]}></ha-icon></span></div>
          <div>
            <h3 class="clip">
              <bdi>${n.name}</bdi>${n.area?d`<span class="quiet"> · <bdi>${n.area}</bdi></span>`:r}
            </h3>
            <p class="word" data-look=${a}>${k(i,n)}</p>
            <p class="may">${i.t(n.allowed?`panel.may`:`panel.may_not`)}</p>
          </div>
        </div>
        ${this.warnings(i,n)} ${this.chips(i,n)} ${this.rows(i,n)}
        ${this.parts.includes(`why`)?this.details(i,n,t):r}
        ${this.parts.includes(`buttons`)?this.controls(i,y(n,t)):r}
        ${this.presses.error===null?r:d`<p class="error" role="alert">${i.apart(this.presses.error)}</p>`}
      </article>
    `}warnings(e,t){let n=[];if(t.breach){let r=e.entity(`binary_sensor.breach.state_attributes.cause.state.${t.breach.cause}`);n.push(e.t(t.enforced?`panel.breach`:`panel.breach_observed`,{cause:r,since:e.moment(t.breach.since)}))}return t.relay_missing&&n.push(e.t(`panel.relay_missing`)),n.length?d`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${n.map(e=>d`<p>${e}</p>`)}</div>
    </div>`:r}chips(e,t){let n=[];return t.finishing_playback&&n.push([`mdi:music-note`,e.t(`panel.waiting`)]),t.enforced||n.push([`mdi:eye-outline`,e.t(`panel.observed`)]),t.testing&&n.push([`mdi:clipboard-check-outline`,e.t(`panel.testing`)]),n.length?d`<ul class="chips" role="list">
      ${n.map(([e,t])=>d`<li><ha-icon icon=${e}></ha-icon>${t}</li>`)}
    </ul>`:r}rows(e,t){let n=[];if(this.parts.includes(`why`)&&(n.push([`panel.why`,E(e,t)],[`panel.until`,D(e,t)]),n.push([`panel.sure`,O(e,t)]),n.push([`panel.assurance`,e.entity(`sensor.assurance.state.${t.assurance}`)])),this.parts.includes(`wakes`)){let r=t.last_activation,i=r&&e.entity(`event.activation.state_attributes.event_type.state.${r.outcome}`),a=r?`${e.moment(r.at)} · ${i}`:e.t(`panel.never`);n.push([`panel.last`,r&&!r.allowed?`${a} · ${e.t(`panel.last_not_allowed`)}`:a]),n.push([`panel.today`,j(e,t)])}return n.length?d`<dl>${n.map(([t,n])=>d`<dt>${e.t(t)}</dt><dd>${n}</dd>`)}</dl>`:r}details(e,t,n){let i=b(t,n);return d`<details @toggle=${e=>this.toggleAttribute(`open`,e.target.open)}>
      <summary>${e.t(`panel.more`)}</summary>
      <p>${e.t(`panel.grade_${t.assurance}`)}</p>
      <dl>
        <dt>${e.t(`panel.live_today`)}</dt>
        <dd>${e.span(t.live_today)}</dd>
        <dt>${e.t(`panel.exposed_today`)}</dt>
        <dd>${e.span(t.exposed_today)}</dd>
      </dl>
      ${t.trace.length?d`<p class="quiet">${e.t(`panel.outvoted`)}</p>
              <ol>
                ${t.trace.map(t=>d`<li>${A(e,t)}</li>`)}
              </ol>`:d`<p class="quiet">${e.t(`panel.unopposed`)}</p>`}
      ${i?this.controls(e,[i]):r}
    </details>`}controls(e,t){if(!t.length)return r;let n=[...new Set(t.flatMap(({obstacle:e})=>e??[]))],i=e=>`${t[0]?.deed}-${e}`,a=t=>t.map(t=>this.button(e,t,i(t.obstacle))),o=t.filter(({deed:e})=>e in I);return d`<div class="foot">
      <div class="buttons">${a(t.filter(({deed:e})=>!(e in I)))}</div>
      ${o.length?d`<div role="group" aria-label=${e.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${e.t(`panel.listen`)}</p>
              <div class="buttons times">${a(o)}</div>
            </div>`:r}
      ${n.map(t=>d`<p class="reason" id=${i(t)}>${e.t(`panel.${t}`)}</p>`)}
    </div>`}button(e,{deed:t,obstacle:n},i){let a=this.presses.stageOf(t),[o,s]=this.label(e,t);return d`<button
      type="button"
      class=${t===`mute`||t===`resume`?`main`:``}
      data-deed=${t}
      aria-label=${a===null&&s!==o?s:r}
      aria-disabled=${n||this.presses.busy?`true`:`false`}
      aria-describedby=${n?i:r}
      @click=${()=>this.press({deed:t,obstacle:n})}
    >
      ${a===`sending`?d`<span class="busy" aria-hidden="true"></span>`:a===null&&t in I?r:d`<ha-icon icon=${a===`sent`?`mdi:check`:F[t]}></ha-icon>`}
      <span aria-live="polite">${a?e.t(`panel.${a}`):o}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null&&!this.speaker?.hold){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=I[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.presses.press(e,n,()=>C(n,r,e))}},R=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;a(`earlid-speaker`,L);export{f as n,p as r,g as t};