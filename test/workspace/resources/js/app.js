import axios from 'axios';
import { createApp } from 'vue';

axios.defaults.headers.common['X-Requested-With'] = 'XMLHttpRequest';

// The basket beside the products.
const Cart = () => import('./components/Cart.vue');

createApp({ components: { Cart } }).mount('#app');
