import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { goTo, loadIamport, orderOf, returned, verify } from './shop.js';

/** A shop as React applications are written: the script is loaded by an effect, which strict mode runs twice. */
function useIamport() {
  useEffect(loadIamport, []);
}

function useRoute() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const onMove = () => setPath(location.pathname);
    window.addEventListener('popstate', onMove);
    return () => window.removeEventListener('popstate', onMove);
  }, []);
  return path;
}

function Checkout({ onEnded }) {
  useIamport();
  const pay = () => {
    window.IMP.init('iamport');
    window.IMP.request_pay(orderOf(), onEnded);
  };
  return (
    <button type="button" id="pay" onClick={pay}>
      결제하기
    </button>
  );
}

/** Opens the window as soon as it is shown; in strict mode that is twice. */
function PayAtOnce({ onEnded }) {
  useEffect(() => {
    window.IMP.init('iamport');
    window.IMP.request_pay(orderOf(), onEnded);
  }, [onEnded]);
  return <p>결제 중입니다.</p>;
}

function Returned({ onVerified }) {
  useEffect(() => {
    verify(returned()).then(onVerified);
  }, [onVerified]);
  return <p>확인하고 있습니다.</p>;
}

function App() {
  const path = useRoute();
  const [orders, setOrders] = useState([]);
  const [add] = useState(() => (order) => setOrders((all) => [...all.filter(({ uid }) => uid !== order.uid), order]));
  const [onEnded] = useState(() => async (answer) => {
    window.answers.push(answer);
    add(await verify(answer));
  });
  return (
    <main>
      <a id="cart" href="/" onClick={goTo}>
        장바구니
      </a>
      <a id="order" href="/order" onClick={goTo}>
        주문하기
      </a>
      {path === '/order' ? <Checkout onEnded={onEnded} /> : null}
      {path === '/at-once' ? <PayAtOnce onEnded={onEnded} /> : null}
      {path === '/done' ? <Returned onVerified={add} /> : null}
      <ul>
        {orders.map(({ uid, text }) => (
          <li key={uid}>{text}</li>
        ))}
      </ul>
    </main>
  );
}

window.answers = [];
createRoot(document.getElementById('app')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
