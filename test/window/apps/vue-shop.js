import { createApp, onMounted, onUnmounted, reactive, ref } from 'vue';
import { goTo, loadIamport, orderOf, returned, verify } from './shop.js';

/** The same shop as Vue applications are written. */
const Checkout = {
  props: ['ended'],
  setup({ ended }) {
    let unload;
    onMounted(() => {
      unload = loadIamport();
    });
    onUnmounted(() => unload());
    const pay = () => {
      window.IMP.init('iamport');
      window.IMP.request_pay(orderOf(), ended);
    };
    return { pay };
  },
  template: '<button type="button" id="pay" @click="pay">결제하기</button>',
};

const Returned = {
  props: ['verified'],
  setup({ verified }) {
    onMounted(async () => verified(await verify(returned())));
  },
  template: '<p>확인하고 있습니다.</p>',
};

const App = {
  components: { Checkout, Returned },
  setup() {
    const path = ref(location.pathname);
    const orders = reactive([]);
    const onMove = () => {
      path.value = location.pathname;
    };
    onMounted(() => window.addEventListener('popstate', onMove));
    onUnmounted(() => window.removeEventListener('popstate', onMove));
    const add = (order) => orders.push(order);
    const onEnded = async (answer) => {
      window.answers.push(answer);
      add(await verify(answer));
    };
    return { path, orders, goTo, add, onEnded };
  },
  template: `
    <main>
      <a id="cart" href="/" @click="goTo">장바구니</a>
      <a id="order" href="/order" @click="goTo">주문하기</a>
      <Checkout v-if="path === '/order'" :ended="onEnded" />
      <Returned v-if="path === '/done'" :verified="add" />
      <ul><li v-for="order in orders" :key="order.uid">{{ order.text }}</li></ul>
    </main>`,
};

window.answers = [];
createApp(App).mount('#app');
