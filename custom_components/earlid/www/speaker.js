import{_ as e,a as t,c as n,h as r,i,l as a,m as o,o as s,p as c,s as l,y as u}from"./worded.js";var d=`/config/integrations/integration/earlid`;function f(e){history.pushState(null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:!1}}))}var p=class extends o{static{this.properties={hass:{attribute:!1,hasChanged:a},home:{attribute:!1}}}static{this.styles=[t,s,u`
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
    `]}render(){let{hass:t,home:n}=this;if(!t||!n||n.speakers.length&&n.rules)return r;let i=new c(t);return n.speakers.length?n.is_admin?e`<section>
        <h2>${i.t(`panel.no_rules`)}</h2>
        <p>${i.t(`panel.no_rules_how`)}</p>
        ${this.button(i.t(`panel.add_rule`))}
      </section>`:r:e`<section>
      <h2>${i.t(`panel.empty`)}</h2>
      ${n.is_admin?e`<ol>
                <li>${i.t(`panel.empty_speaker`)}</li>
                <li>${i.t(`panel.empty_rule`)}</li>
                <li>${i.t(`panel.empty_look`)}</li>
              </ol>
              ${this.button(i.t(`panel.add_speaker`))}`:e`<p>${i.t(`panel.empty_ask`)}</p>`}
    </section>`}button(t){return e`<button type="button" class="main" @click=${()=>f(d)}>
      <ha-icon icon="mdi:plus"></ha-icon>${t}
    </button>`}};i(`earlid-first-steps`,p);var m=6e3,h=class{constructor(e){this.host=e,this.error=null,this.refused=null,this.key=null,this.stage=`sending`,this.told=!1,e.addController(this)}hostDisconnected(){clearTimeout(this.timer),this.key=null}stageOf(e){return this.key===e?this.stage:null}get busy(){return this.key!==null&&this.stage===`sending`}answered(){this.told=!0,this.stage===`sent`&&(this.key=null)}async press(e,t,n){if(this.busy)return!1;clearTimeout(this.timer),Object.assign(this,{key:e,stage:`sending`,told:!1,error:null,refused:null}),this.host.requestUpdate();try{return await n(t),this.stage=`sent`,this.told?this.key=null:this.timer=setTimeout(()=>this.settle(),m),!0}catch(n){return this.key=null,this.refused=e,this.error=await g(t,n),!1}finally{this.host.requestUpdate()}}settle(){this.key=null,this.host.requestUpdate()}};async function g(e,t){let{message:n,translation_domain:r,translation_key:i,translation_placeholders:a}=t??{};if(r&&i)try{let t=(await e.loadBackendTranslation(`exceptions`,r))(`component.${r}.exceptions.${i}.message`,a);if(t)return t}catch{}return typeof n==`string`&&n?n:e.localize(`component.earlid.config_panel.panel.failed`)}var _=[`listen_10`,`listen_60`,`listen_next`];function v(e,t){let{allowed:n,hold:r}=e,i=[];return(n||r?.effect===`listen`)&&i.push(`mute`),n&&r?.effect!==`listen`||i.push(..._),r&&i.push(`resume`),i.filter(t=>t!==`listen_next`||e.entities.mode).filter(t=>x(e)||t===`listen_next`).map(n=>({deed:n,obstacle:b(n,e,t)}))}function y(e,t){return!t.is_admin||e.assurance!==`untested`||!e.entities.self_test?null:{deed:`self_test`,obstacle:(e.enforced?e.allowed?null:`not_allowed_now`:`only_observed`)??(e.may_control?null:`no_control`)}}function b(e,t,n){return t.may_control?e===`mute`?null:n.may_allow?n.lockdown&&_.includes(e)?`lockdown_first`:null:`admins_only`:`no_control`}var x=({entities:e})=>e.mode??e.microphone??Object.values(e)[0];function S(e,t,n){let r=x(t)??``,i=(t,n,r,i)=>e.callService(t,n,r,{entity_id:i},!1);switch(n){case`mute`:return i(`earlid`,`mute`,{},r);case`listen_10`:return i(`earlid`,`listen`,{duration:{minutes:10}},r);case`listen_60`:return i(`earlid`,`listen`,{duration:{hours:1}},r);case`listen_next`:return i(`select`,`select_option`,{option:`listen`},t.entities.mode??r);case`resume`:return i(`earlid`,`resume`,{},r);case`self_test`:return i(`button`,`press`,{},t.entities.self_test??r)}}var C={meter:`panel.witness_meter`,microphone:`panel.witness_microphone`};function w(e,t,n=!1){return t.waiting?e.entity(`sensor.decided_by.state.finishing_playback`):t.because===`rule`?e.t(`panel.rule`,{name:t.name??t.rule??`?`}):t.because===`hold`&&!n?e.t(`panel.hold_${t.effect}`):e.entity(`sensor.decided_by.state.${t.because===`hold`?`hand`:t.because}`)}var T=(e,{because:t,hold:n})=>w(e,t,!!(n?.by_hand&&n.effect===t.effect));function E(e,{until:t,because:n}){return t===null?n.because===`lockdown`?e.t(`panel.until_lifted`):e.t(n.because===`hold`?`panel.until_resumed`:`panel.until_unknown`):e.moment(t)}function D(e,{microphone:t,witnesses:n}){let r=n.map(t=>C[t]?e.t(C[t]):t);return t===`off_proven`&&r.length?e.t(`panel.proof_witnessed`,{witnesses:e.list(r)}):e.t(`panel.proof_${t}`)}function O(e,t,n){let r=!n&&(t===`live`||t===`unknown`);return e.t(`panel.hears_${t}${r?`_exposed`:``}`)}function k(e,t){let n=e.t(t.effect===`mute`?`panel.would_mute`:`panel.would_listen`),r=e.t(`panel.voted`,{who:w(e,t),effect:n});return t.until===null?r:`${r} · ${e.t(`panel.until_then`,{when:e.moment(t.until)})}`}function A(e,{activations_today:t,unanswered_today:n}){if(!t||!n)return e.number(t);let r=e.percent(n/t);return e.t(`panel.wakes_share`,{all:e.number(t),unanswered:e.number(n),share:r})}var j=u`
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
  details > * + * {
    margin-block-start: 8px;
  }
`,M=[`why`,`wakes`,`buttons`],N={live:`mdi:microphone`,off_proven:`mdi:microphone-off`,off_unproven:`mdi:microphone-off`,unknown:`mdi:microphone-question`,exposed:`mdi:alert`},P={mute:`mdi:microphone-off`,listen_10:`mdi:ear-hearing`,listen_60:`mdi:ear-hearing`,listen_next:`mdi:ear-hearing`,resume:`mdi:restore`,self_test:`mdi:clipboard-check-outline`},F={listen_10:`panel.for_10`,listen_60:`panel.for_60`,listen_next:`panel.for_next`},I=class extends o{static{this.properties={hass:{attribute:!1,hasChanged:a},home:{attribute:!1},speaker:{attribute:!1},parts:{attribute:!1},day:{attribute:!1}}}static{this.styles=[t,s,n,j]}constructor(){super(),this.presses=new h(this),this.parts=M}shouldUpdate(e){let t=e.get(`home`),{home:n}=this;return!(e.size===1&&t&&n&&L(t,n))}willUpdate(e){e.has(`speaker`)&&e.get(`speaker`)&&this.presses.answered()}render(){let{hass:t,home:n,speaker:i}=this;if(!t||!n||!i)return r;let a=new c(t),o=l(i);return e`
      <article class=${o} aria-label=${i.name}>
        <div class="head">
          <div class="look ${o}"><span class="disc"><ha-icon icon=${N[o]}></ha-icon></span></div>
          <div>
            <h3 class="clip">
              <bdi>${i.name}</bdi>${i.area?e`<span class="quiet"> · <bdi>${i.area}</bdi></span>`:r}
            </h3>
            <p class="word" data-look=${o}>${O(a,i.microphone,i.allowed)}</p>
            <p class="may">${a.t(i.allowed?`panel.may`:`panel.may_not`)}</p>
          </div>
        </div>
        ${this.warnings(a,i)} ${this.chips(a,i)} ${this.rows(a,i)}
        ${this.parts.includes(`why`)?this.details(a,i,n):r}
        ${this.parts.includes(`buttons`)?this.controls(a,v(i,n)):r}
        ${this.presses.error===null?r:e`<p class="error" role="alert">${a.apart(this.presses.error)}</p>`}
      </article>
    `}warnings(t,n){let i=[];if(n.breach){let e=t.entity(`binary_sensor.breach.state_attributes.cause.state.${n.breach.cause}`);i.push(t.t(n.enforced?`panel.breach`:`panel.breach_observed`,{cause:e,since:t.moment(n.breach.since)}))}return n.relay_missing&&i.push(t.t(`panel.relay_missing`)),i.length?e`<div class="breach" role="status">
      <ha-icon icon="mdi:shield-alert"></ha-icon>
      <div>${i.map(t=>e`<p>${t}</p>`)}</div>
    </div>`:r}chips(t,n){let i=[];return n.finishing_playback&&i.push([`mdi:music-note`,t.t(`panel.waiting`)]),n.enforced||i.push([`mdi:eye-outline`,t.t(`panel.observed`)]),n.testing&&i.push([`mdi:clipboard-check-outline`,t.t(`panel.testing`)]),i.length?e`<ul class="chips" role="list">
      ${i.map(([t,n])=>e`<li><ha-icon icon=${t}></ha-icon>${n}</li>`)}
    </ul>`:r}rows(t,n){let i=[];if(this.parts.includes(`why`)&&(i.push([`panel.why`,T(t,n)],[`panel.until`,E(t,n)]),i.push([`panel.sure`,D(t,n)]),i.push([`panel.assurance`,t.entity(`sensor.assurance.state.${n.assurance}`)])),this.parts.includes(`wakes`)){let e=n.last_activation,r=e&&t.entity(`event.activation.state_attributes.event_type.state.${e.outcome}`),a=e?`${t.moment(e.at)} · ${r}`:t.t(`panel.never`);i.push([`panel.last`,e&&!e.allowed?`${a} · ${t.t(`panel.last_not_allowed`)}`:a]),i.push([`panel.today`,A(t,n)])}return i.length?e`<dl>${i.map(([n,r])=>e`<dt>${t.t(n)}</dt><dd>${r}</dd>`)}</dl>`:r}details(t,n,i){let a=y(n,i);return e`<details>
      <summary>${t.t(`panel.more`)}</summary>
      <p>${t.t(`panel.grade_${n.assurance}`)}</p>
      <dl>
        <dt>${t.t(`panel.live_today`)}</dt>
        <dd>${t.span(n.live_today)}</dd>
        <dt>${t.t(`panel.exposed_today`)}</dt>
        <dd>${t.span(n.exposed_today)}</dd>
      </dl>
      ${n.trace.length?e`<p class="quiet">${t.t(`panel.outvoted`)}</p>
              <ol>
                ${n.trace.map(n=>e`<li>${k(t,n)}</li>`)}
              </ol>`:e`<p class="quiet">${t.t(`panel.unopposed`)}</p>`}
      ${a?this.controls(t,[a]):r}
    </details>`}controls(t,n){if(!n.length)return r;let i=[...new Set(n.flatMap(({obstacle:e})=>e??[]))],a=e=>`${n[0]?.deed}-${e}`,o=e=>e.map(e=>this.button(t,e,a(e.obstacle))),s=n.filter(({deed:e})=>e in F);return e`<div class="foot">
      <div class="buttons">${o(n.filter(({deed:e})=>!(e in F)))}</div>
      ${s.length?e`<div role="group" aria-label=${t.t(`panel.listen`)}>
              <p class="quiet" aria-hidden="true">${t.t(`panel.listen`)}</p>
              <div class="buttons times">${o(s)}</div>
            </div>`:r}
      ${i.map(n=>e`<p class="reason" id=${a(n)}>${t.t(`panel.${n}`)}</p>`)}
    </div>`}button(t,{deed:n,obstacle:i},a){let o=this.presses.stageOf(n),[s,c]=this.label(t,n);return e`<button
      type="button"
      class=${n===`mute`||n===`resume`?`main`:``}
      data-deed=${n}
      aria-label=${o===null&&c!==s?c:r}
      aria-disabled=${i||this.presses.busy?`true`:`false`}
      aria-describedby=${i?a:r}
      @click=${()=>this.press({deed:n,obstacle:i})}
    >
      ${o===`sending`?e`<span class="busy" aria-hidden="true"></span>`:o===null&&n in F?r:e`<ha-icon icon=${o===`sent`?`mdi:check`:P[n]}></ha-icon>`}
      <span aria-live="polite">${o?t.t(`panel.${o}`):s}</span>
    </button>`}label(e,t){let n=this.speaker?.next_change??null;if(t===`listen_next`&&n!==null&&!this.speaker?.hold){let t={when:e.moment(n)};return[e.t(`panel.until_then`,t),e.t(`panel.do_listen_until`,t)]}let r=e.t(`panel.do_${t}`),i=F[t];return[i?e.t(i):r,r]}press({deed:e,obstacle:t}){let{hass:n,speaker:r}=this;!t&&n&&r&&this.presses.press(e,n,()=>S(n,r,e))}},L=(e,t)=>e.lockdown===t.lockdown&&e.may_allow===t.may_allow&&e.is_admin===t.is_admin;i(`earlid-speaker`,I);export{d as n,f as r,h as t};