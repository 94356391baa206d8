/**
 * The floor of `bench -- screen`: the same view over the same wire from the same server, painted by hand. No framework,
 * no library: Socket.IO's few frames are read off a plain WebSocket. It keeps nothing, forgives nothing, and reports
 * `message.shown` as the cart's page does, when the frame after the paint begins.
 */
const namespace = '/screens';
const epoch = crypto.randomUUID();
const price = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const place = document.querySelector('#place');
let sequence = 0;

await document.fonts.load('420 22px "Atkinson Hyperlegible Next Variable"', 'Kairos');
const socket = new WebSocket(`ws://${location.host}/socket.io/?EIO=4&transport=websocket`);
socket.addEventListener('message', ({ data }) => {
  if (data.startsWith('0')) {
    socket.send(`40${namespace},${JSON.stringify({ screen: 'cart-13', epoch, watching: false })}`);
  } else if (data === '2') {
    socket.send('3');
  } else if (data.startsWith(`42${namespace},`)) {
    const [name, payload] = JSON.parse(data.slice(3 + namespace.length));
    if (name === 'snapshot') paint(payload.view);
    if (name === 'update') paint(payload.changes);
  }
});

function paint({ basket, message }) {
  if (basket) paintBasket(basket);
  if (message === null) place.replaceChildren();
  if (message) paintMessage(message);
}

function paintBasket({ lines, total }) {
  const rows = lines.map(({ name, amount }) =>
    made('li', [made('span', name), made('span', price.format(amount / 100))]),
  );
  document.querySelector('.lines').replaceChildren(...rows);
  document.querySelector('.ledger-total output').textContent = price.format(total / 100);
}

function paintMessage({ id, headline, body, answers }) {
  const title = made('h2', headline);
  title.id = 'message-headline';
  const buttons = answers.map(({ label }) => made('button', label));
  const card = made('article', [title, made('p', body), ...buttons]);
  card.className = 'message';
  place.replaceChildren(card);
  requestAnimationFrame(() => requestAnimationFrame(() => tellShown(id)));
}

function tellShown(message) {
  sequence += 1;
  const fact = { sequence, type: 'message.shown', ageMs: 0, body: { message, screen: 'cart-13' } };
  socket.send(`42${namespace},${JSON.stringify(['facts', { epoch, oldest: sequence, facts: [fact] }])}`);
}

function made(kind, content) {
  const element = document.createElement(kind);
  if (typeof content === 'string') element.textContent = content;
  else element.append(...content);
  return element;
}
