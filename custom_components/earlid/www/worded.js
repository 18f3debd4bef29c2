var e=globalThis,t=e.ShadowRoot&&(e.ShadyCSS===void 0||e.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,n=Symbol(),r=new WeakMap,i=class{constructor(e,t,r){if(this._$cssResult$=!0,r!==n)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,n=this.t;if(t&&e===void 0){let t=n!==void 0&&n.length===1;t&&(e=r.get(n)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),t&&r.set(n,e))}return e}toString(){return this.cssText}},a=e=>new i(typeof e==`string`?e:e+``,void 0,n),o=(e,...t)=>new i(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,n),s=(n,r)=>{if(t)n.adoptedStyleSheets=r.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let t of r){let r=document.createElement(`style`),i=e.litNonce;i!==void 0&&r.setAttribute(`nonce`,i),r.textContent=t.cssText,n.appendChild(r)}},c=t?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return a(t)})(e):e,{is:l,defineProperty:u,getOwnPropertyDescriptor:d,getOwnPropertyNames:ee,getOwnPropertySymbols:te,getPrototypeOf:ne}=Object,f=globalThis,p=f.trustedTypes,re=p?p.emptyScript:``,ie=f.reactiveElementPolyfillSupport,m=(e,t)=>e,h={toAttribute(e,t){switch(t){case Boolean:e=e?re:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},g=(e,t)=>!l(e,t),_={attribute:!0,type:String,converter:h,reflect:!1,useDefault:!1,hasChanged:g};Symbol.metadata??=Symbol(`metadata`),f.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=_){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&u(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=d(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??_}static _$Ei(){if(this.hasOwnProperty(m(`elementProperties`)))return;let e=ne(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(m(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(m(`properties`))){let e=this.properties,t=[...ee(e),...te(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(c(e))}else e!==void 0&&t.push(c(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return s(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?h:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?h:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??g)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[m(`elementProperties`)]=new Map,v[m(`finalized`)]=new Map,ie?.({ReactiveElement:v}),(f.reactiveElementVersions??=[]).push(`2.1.2`);var y=globalThis,ae=e=>e,b=y.trustedTypes,oe=b?b.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,x=`$lit$`,S=`lit$${Math.random().toFixed(9).slice(2)}$`,C=`?`+S,se=`<${C}>`,w=document,T=()=>w.createComment(``),E=e=>e===null||typeof e!=`object`&&typeof e!=`function`,D=Array.isArray,ce=e=>D(e)||typeof e?.[Symbol.iterator]==`function`,O=`[ 	
\f\r]`,k=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,le=/-->/g,ue=/>/g,A=RegExp(`>|${O}(?:([^\\s"'>=/]+)(${O}*=${O}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),de=/'/g,fe=/"/g,j=/^(?:script|style|textarea|title)$/i,M=(e=>(t,...n)=>({_$litType$:e,strings:t,values:n}))(1),N=Symbol.for(`lit-noChange`),P=Symbol.for(`lit-nothing`),pe=new WeakMap,F=w.createTreeWalker(w,129);function I(e,t){if(!D(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return oe===void 0?t:oe.createHTML(t)}var L=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=k;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===k?c[1]===`!--`?o=le:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=A):(j.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=A):o=ue:o===A?c[0]===`>`?(o=i??k,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?A:c[3]===`"`?fe:de):o===fe||o===de?o=A:o===le||o===ue?o=k:(o=A,i=void 0);let d=o===A&&e[t+1].startsWith(`/>`)?` `:``;a+=o===k?n+se:l>=0?(r.push(s),n.slice(0,l)+x+n.slice(l)+S+d):n+S+(l===-2?t:d)}return[I(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},R=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=L(t,n);if(this.el=e.createElement(l,r),F.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=F.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(x)){let t=u[o++],n=i.getAttribute(e).split(S),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?U:r[1]===`?`?W:r[1]===`@`?me:H}),i.removeAttribute(e)}else e.startsWith(S)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(j.test(i.tagName)){let e=i.textContent.split(S),t=e.length-1;if(t>0){i.textContent=b?b.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],T()),F.nextNode(),c.push({type:2,index:++a});i.append(e[t],T())}}}else if(i.nodeType===8){if(i.data===C)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(S,e+1))!==-1;)c.push({type:7,index:a}),e+=S.length-1}}a++}}static createElement(e,t){let n=w.createElement(`template`);return n.innerHTML=e,n}};function z(e,t,n=e,r){if(t===N)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=E(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=z(e,i._$AS(e,t.values),i,r)),t}var B=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??w).importNode(t,!0);F.currentNode=r;let i=F.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new V(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new G(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=F.nextNode(),a++)}return F.currentNode=w,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},V=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=P,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=z(this,e,t),E(e)?e===P||e==null||e===``?(this._$AH!==P&&this._$AR(),this._$AH=P):e!==this._$AH&&e!==N&&this._(e):e._$litType$===void 0?e.nodeType===void 0?ce(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==P&&E(this._$AH)?this._$AA.nextSibling.data=e:this.T(w.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=R.createElement(I(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new B(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=pe.get(e.strings);return t===void 0&&pe.set(e.strings,t=new R(e)),t}k(t){D(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(T()),this.O(T()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ae(e).nextSibling;ae(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},H=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=P,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=P}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=z(this,e,t,0),a=!E(e)||e!==this._$AH&&e!==N,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=z(this,r[n+o],t,o),s===N&&(s=this._$AH[o]),a||=!E(s)||s!==this._$AH[o],s===P?e=P:e!==P&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===P?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},U=class extends H{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===P?void 0:e}},W=class extends H{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==P)}},me=class extends H{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=z(this,e,t,0)??P)===N)return;let n=this._$AH,r=e===P&&n!==P||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==P&&(n===P||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},G=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){z(this,e)}},he={M:x,P:S,A:C,C:1,L,R:B,D:ce,V:z,I:V,H,N:W,U:me,B:U,F:G},ge=y.litHtmlPolyfillSupport;ge?.(R,V),(y.litHtmlVersions??=[]).push(`3.3.3`);var _e=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new V(t.insertBefore(T(),e),e,void 0,n??{})}return i._$AI(e),i},K=globalThis,q=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=_e(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return N}};q._$litElement$=!0,q.finalized=!0,K.litElementHydrateSupport?.({LitElement:q});var ve=K.litElementPolyfillSupport;ve?.({LitElement:q}),(K.litElementVersions??=[]).push(`4.2.2`);var ye=`component.earlid.config_panel.`,be=`component.earlid.entity.`,xe=new Set([`ar`,`fa`,`he`,`ur`]),Se=/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/,Ce=/[\u202a-\u202e\u2066-\u2069]/g,we=`⁨`,Te=`⁩`,Ee=864e13,J=60,Y=3600,X=24*Y,De=new Map;function Z(e,t){let n=De.get(e);return n===void 0&&(n=t(),De.set(e,n)),n}var Oe=class{constructor(e){this.hass=e;let{language:t,time_format:n,time_zone:r}=e.locale;this.language=t,this.zone=r===`server`?e.config.time_zone:void 0,this.twelve=n===`12`||n!==`24`&&ke(n,t),this.rightToLeft=xe.has(t.split(`-`)[0]??``)}static async load(e){await Promise.all([e.loadBackendTranslation(`config_panel`,`earlid`),e.loadBackendTranslation(`entity`,`earlid`)])}get ready(){return!!this.hass.localize(`${ye}panel.title`)}t(e,t){return this.hass.localize(ye+e,t&&this.safe(t))||e}entity(e){return this.hass.localize(be+e)||(e.split(`.`).at(-1)??e)}time(e){return this.format(`time`,e,{hour:`numeric`,minute:`2-digit`,...this.hours})}clock(e){let t={hour:`numeric`,minute:`2-digit`,...this.hours,timeZone:`UTC`};return Z(`c|${this.language}|${this.twelve}`,()=>new Intl.DateTimeFormat(this.language,t)).format(e*J*1e3)}seconds(e){return this.format(`seconds`,e,{hour:`numeric`,minute:`2-digit`,second:`2-digit`,...this.hours})}date(e,t=Date.now()){let n=this.part(`year`,e)===this.part(`year`,t),r={weekday:`short`,day:`numeric`,month:`short`};return n?this.format(`date`,e,r):this.format(`dated`,e,{...r,year:`numeric`})}moment(e,t=Date.now()){let n=this.day(e)-this.day(t);return n===0?this.time(e):`${Math.abs(n)===1?this.relative(n):this.date(e,t)} ${this.time(e)}`}isoDay(e){return new Date(this.day(e)*X*1e3).toISOString().slice(0,10)}named(e){return this.hass.states?.[e]?.attributes?.friendly_name??e}day(e){return Date.UTC(this.part(`year`,e),this.part(`month`,e)-1,this.part(`day`,e))/(X*1e3)}span(e){if(!Number.isFinite(e))return`–`;let t=Math.max(0,Math.round(e));if(t<J)return this.unit(t,`second`);let n=Math.round(t/J)*J;if(n<Y)return this.unit(n/J,`minute`);if(n<X)return this.pair(Math.floor(n/Y),`hour`,Math.floor(n%Y/J),`minute`);let r=Math.round(t/Y)*Y;return this.pair(Math.floor(r/X),`day`,Math.floor(r%X/Y),`hour`)}number(e,t=0){let n={minimumFractionDigits:0,maximumFractionDigits:t};return Z(`n|${this.language}|${t}`,()=>new Intl.NumberFormat(this.language,n)).format(e)}percent(e){return Z(`%|${this.language}`,()=>new Intl.NumberFormat(this.language,{style:`percent`})).format(e)}list(e){return Z(`l|${this.language}`,()=>new Intl.ListFormat(this.language,{type:`conjunction`})).format(e.map(e=>this.apart(e)))}weekday(e,t=`short`){return Z(`w|${this.language}|${t}`,()=>new Intl.DateTimeFormat(this.language,{weekday:t,timeZone:`UTC`})).format((4+e)*X*1e3)}apart(e){let t=e.replace(Ce,``);return!this.rightToLeft&&!Se.test(t)?t:we+t+Te}safe(e){let t=Object.entries(e);return Object.fromEntries(t.map(([e,t])=>[e,typeof t==`string`?this.apart(t):t]))}get hours(){return{hourCycle:this.twelve?`h12`:`h23`}}format(e,t,n){return Math.abs(t)<=Ee?Z(`d|${this.language}|${this.zone}|${this.twelve}|${e}`,()=>new Intl.DateTimeFormat(this.language,{...n,...this.zone&&{timeZone:this.zone}})).format(t):`–`}part(e,t){let n={year:`numeric`,month:`numeric`,day:`numeric`,calendar:`gregory`},r=Math.abs(t)<=Ee?Z(`p|${this.zone}`,()=>new Intl.DateTimeFormat(`en`,{...n,...this.zone&&{timeZone:this.zone}})).formatToParts(t):[];return Number(r.find(t=>t.type===e)?.value??0)}relative(e){return Z(`r|${this.language}`,()=>new Intl.RelativeTimeFormat(this.language,{numeric:`auto`})).format(e,`day`)}unit(e,t){return Z(`u|${this.language}|${t}`,()=>new Intl.NumberFormat(this.language,{style:`unit`,unit:t,unitDisplay:`short`})).format(e)}pair(e,t,n,r){return n?`${this.unit(e,t)} ${this.unit(n,r)}`:this.unit(e,t)}};function ke(e,t){let n=e===`language`?t:void 0;return Z(`h|${n}`,()=>new Intl.DateTimeFormat(n,{hour:`numeric`}).resolvedOptions().hour12===!0)}var Ae=(e,t,n,r)=>e.callWS({type:`earlid/timeline`,start:t,end:n,...r&&{speakers:r}}),je=(e,t)=>e.callWS({type:`earlid/journal`,...t}),Me=(e,t,n)=>e.callWS({type:`earlid/wakes`,start:t,end:n}),Q=3,Ne=e=>e===Q;function Pe(e){let{code:t,error:n}=e??{};return Ne(e)||t===Q||n?.code===Q}async function Fe(e){return(await e.callService(`earlid`,`verify_journal`,{},void 0,!1,!0)).response}var Ie=(e,t)=>e.callWS({type:`earlid/leave_alone`,device_id:t}),Le=(e,t)=>e.connection.subscribeMessage(t,{type:`earlid/subscribe`},{resubscribe:!1}),Re=(e,t)=>!e||!t||e.connection!==t.connection||e.connected!==t.connected||e.localize!==t.localize||e.locale!==t.locale||e.config?.time_zone!==t.config?.time_zone,ze=[`live`,`off_proven`,`off_unproven`,`unknown`],Be=e=>ze.includes(e)?e:`unknown`;function Ve({microphone:e,allowed:t}){let n=Be(e);return!t&&(n===`live`||n===`unknown`)?`exposed`:n}var He=o`
  :host {
    color: var(--primary-text-color);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.4;
    --earlid-radius: var(--ha-border-radius-md, 8px);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  bdi,
  dd,
  li,
  p,
  h3 {
    overflow-wrap: anywhere;
  }
  .quiet {
    color: var(--secondary-text-color);
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* Names may be 10,000 letters long. */
  .clip {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
`,Ue=o`
  button {
    font: inherit;
    font-weight: 500;
    color: var(--primary-text-color);
    background: transparent;
    border: 1px solid var(--outline-color, var(--divider-color));
    border-radius: var(--earlid-radius);
    min-block-size: 44px;
    padding: 6px 14px;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    cursor: pointer;
    text-align: start;
  }
  button:focus-visible,
  summary:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  @media (hover: hover) {
    button:not([aria-disabled="true"]):hover {
      background: color-mix(in srgb, var(--primary-text-color) 8%, transparent);
    }
  }
  button[aria-disabled="true"] {
    cursor: not-allowed;
    opacity: 0.55;
    border-style: dashed;
  }
  button.main {
    border-color: var(--primary-color);
    border-width: 2px;
  }
  button[aria-busy="true"] {
    cursor: progress;
    opacity: 0.55;
  }
  button ha-icon {
    --mdc-icon-size: 20px;
    flex: none;
  }
  .busy {
    inline-size: 14px;
    block-size: 14px;
    flex: none;
    border-radius: 50%;
    border: 2px solid currentcolor;
    border-inline-end-color: transparent;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .busy {
      animation: none;
      border-style: dotted;
    }
  }
  .error {
    color: var(--primary-text-color);
    border-inline-start: 4px solid var(--error-color);
    padding-inline-start: 8px;
    margin-block-start: 8px;
  }
`,We=o`
  .look {
    --look: var(--secondary-text-color);
    --ground: var(--ha-card-background, var(--card-background-color, #fff));
    border: 2px solid var(--look);
    background: var(--ground);
  }
  .look.live {
    --look: var(--warning-color);
    background: var(--look);
  }
  .look.off_proven {
    --look: var(--success-color);
    background: var(--look);
  }
  .look.off_unproven {
    --look: var(--success-color);
    background: repeating-linear-gradient(
      -45deg,
      color-mix(in srgb, var(--look) 75%, var(--ground)) 0 4px,
      var(--ground) 4px 9px
    );
  }
  .look.unknown {
    border-style: dotted;
    background: radial-gradient(circle, color-mix(in srgb, var(--look) 60%, transparent) 1.5px, transparent 2px) 0 0 /
      7px 7px;
  }
  .look.exposed {
    --look: var(--error-color);
    outline: 2px solid var(--look);
    outline-offset: 2px;
    background:
      repeating-linear-gradient(-45deg, transparent 0 6px, var(--ground) 6px 7px),
      repeating-linear-gradient(45deg, var(--look) 0 6px, var(--ground) 6px 7px);
  }
`;function Ge(e,t){customElements.get(e)||customElements.define(e,t)}var Ke=[1e3,2e3,5e3,1e4,3e4],qe=6e4,Je=1e5,Ye=new WeakMap,Xe=e=>(Date.now()-(Ye.get(e)??Date.now()))/1e3,Ze=class{constructor(e){this.hass=e,this.home=null,this.standing=`asking`,this.lost=null,this.listeners=new Set,this.unsubscribe=null,this.heard=null,this.tries=0,this.round=0,this.onReady=()=>void this.ask(),this.onLost=()=>{this.round+=1,this.unsubscribe=null,clearTimeout(this.retry),clearTimeout(this.silence),this.become(`lost`)},this.onSilence=()=>{this.lost??=this.heard,this.become(`lost`),this.ask()}}listen(e){return this.listeners.add(e),this.listeners.size===1&&this.start(),()=>{this.listeners.delete(e)&&this.listeners.size===0&&this.stop()}}start(){this.hass.connection.addEventListener(`ready`,this.onReady),this.hass.connection.addEventListener(`disconnected`,this.onLost),this.minute=setInterval(()=>this.tell(),qe),this.ask()}stop(){this.hass.connection.removeEventListener(`ready`,this.onReady),this.hass.connection.removeEventListener(`disconnected`,this.onLost),clearInterval(this.minute),this.drop(),this.heard=null,this.home=null,this.standing=`asking`,this.lost=null}drop(){this.round+=1,clearTimeout(this.retry),clearTimeout(this.silence),this.unsubscribe?.().catch(()=>void 0),this.unsubscribe=null}async ask(){this.drop();let e=this.round;this.silence=setTimeout(this.onSilence,Je);try{let t=await Le(this.hass,t=>{e===this.round&&this.take(t)});e===this.round?(this.unsubscribe=t,this.tries=0):t().catch(()=>void 0)}catch(t){if(e!==this.round)return;if(Pe(t)){this.become(`lost`);return}clearTimeout(this.silence),this.home=null,this.become(`absent`);let n=Ke[Math.min(this.tries,Ke.length-1)];this.tries+=1,this.retry=setTimeout(()=>this.ask(),n)}}take(e){let t=Date.now();this.heard=t,clearTimeout(this.silence),this.silence=setTimeout(this.onSilence,Je);for(let n of(e.home??e.change)?.speakers??[])Ye.set(n,t);e.home?this.home=e.home:e.change?this.home&&=Qe(this.home,e.change):this.home=null,this.become(this.home?`here`:`absent`)}become(e){this.standing=e,this.lost=e===`lost`?this.lost??Date.now():null,this.tell()}tell(){for(let e of this.listeners)e()}};function Qe(e,t){let{speakers:n,removed:r,...i}=t,a={...e,...i};if(!n&&!r)return a;let o=new Set(r),s=new Map(n?.map(e=>[e.slug,e])),c=[];for(let t of e.speakers){let e=s.get(t.slug);s.delete(t.slug),e?c.push(e):o.has(t.slug)||c.push(t)}return a.speakers=[...c,...s.values()],a}var $e=new WeakMap;function et(e){let t=$e.get(e.connection);return t||(t=new Ze(e),$e.set(e.connection,t)),t}var tt=class{constructor(e){this.host=e,e.addController(this)}get home(){return this.store?.home??null}get standing(){return this.store?.standing??`asking`}get lost(){return this.store?.lost??null}hostConnected(){this.follow()}hostUpdate(){this.follow()}hostDisconnected(){this.leave?.(),this.leave=void 0,this.store=void 0}follow(){let{hass:e}=this.host,t=e&&this.host.isConnected?et(e):void 0;t!==this.store&&(this.leave?.(),this.store=t,this.leave=t?.listen(()=>this.host.requestUpdate()))}},nt=`border-inline-start:4px solid var(--warning-color);padding:8px 12px`,$=/\/earlid_files\/([^/]+)-[^/-]+\//.exec(import.meta.url)?.[1];function rt(e,t){return t===`here`?P:M`<p class="standing" role="status" style=${t===`asking`?``:nt}>${e.t(`panel.${t}`)}</p>`}var it=e=>$!==void 0&&e!==null&&decodeURIComponent($)!==e.version,at=(e,t)=>M`<div class="again" role="alert" style=${nt}>
    <p>${e.t(`panel.${t}`)}</p>
    <button type="button" data-deed="reload" @click=${()=>location.reload()}>${e.t(`panel.reload`)}</button>
  </div>`,ot=class{constructor(e){this.host=e,this.ready=!1,this.asked=!1,e.addController(this)}hostUpdate(){let{hass:e}=this.host;if(this.asked||!e)return;this.asked=!0;let t=()=>{this.ready=!0,this.host.requestUpdate()};Oe.load(e).then(t,t)}};export{P as C,o as D,he as E,q as S,M as T,Ie as _,tt as a,Me as b,He as c,We as d,Be as f,je as g,Ne as h,rt as i,Ue as l,Pe as m,at as n,Xe as o,Re as p,it as r,Ge as s,ot as t,Ve as u,Ae as v,N as w,Oe as x,Fe as y};