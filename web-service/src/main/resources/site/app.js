import { startFooter } from './component/footer.js';
import { startHeader } from './component/header.js';
import { startRouter } from './router.js';
import { session } from './session.js';

const restored = session.restore();
startHeader(document.getElementById('header'));
startFooter(document.getElementById('footer'));
startRouter(document.getElementById('main'));
await restored;
