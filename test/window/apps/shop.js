/** What both shops have in common, and no framework has a part in. The page says where the sandbox is and what is sold. */

/** Appends the script, and takes it away again, as a component does that is unmounted. */
export function loadIamport() {
  const script = document.createElement('script');
  script.src = window.iamportScript;
  script.onload = () => window.IMP.init('iamport');
  document.head.append(script);
  return () => script.remove();
}

export function orderOf() {
  return {
    ...window.sold,
    merchant_uid: `spa-${crypto.randomUUID()}`,
    amount: 60_000,
    name: '외투',
    buyer_name: '홍길동',
    m_redirect_url: `${location.origin}/done`,
  };
}

/** A step within the application, which does not load a page. */
export function goTo(event) {
  event.preventDefault();
  history.pushState(null, '', event.currentTarget.getAttribute('href'));
  dispatchEvent(new PopStateEvent('popstate'));
}

/** What a buyer who was sent back brings along. */
export function returned() {
  const query = new URLSearchParams(location.search);
  return { imp_uid: query.get('imp_uid'), imp_success: query.get('imp_success') === 'true' };
}

/** The shop's own server asks for the payment; nothing that a browser says counts. */
export async function verify({ imp_uid: uid, imp_success: isSuccess }) {
  const answer = await fetch(`/verify?imp_uid=${uid}`, { method: 'POST' });
  const { status, amount } = await answer.json();
  return { uid, text: `${uid} ${isSuccess} ${status} ${amount}` };
}
