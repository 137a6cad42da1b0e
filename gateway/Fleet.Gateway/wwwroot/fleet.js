// The page: asks the gateway once a second, and draws what it says. No state of its own but the form's and the measured line's.
import { drawChart, noteMeasured } from './chart.js';

const api = '/api/v1';
const el = id => document.getElementById(id);
const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const watts = w => w === null || w === undefined ? '–' : Math.abs(w) >= 1e6 ? `${(w / 1e6).toFixed(2)} MW` : Math.abs(w) >= 1e4 ? `${(w / 1e3).toFixed(1)} kW` : `${Math.round(w)} W`;
const money = (amount, currency) => amount === null || amount === undefined ? '–' : `${amount.toFixed(2)} ${currency}`;
const time = iso => iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : '–';
const words = name => name === null ? '–' : name.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
const rate = load => load.workRate === null ? '' : load.work === 'Hashes' ? `${load.workRate.toFixed(1)} TH/s` : load.work === 'Tokens' ? `${load.workRate.toFixed(1)} tok/s` : '';

const bytes = n => n === null ? '–' : `${(n / 1000).toFixed(1)} kB`;
const since = s => s === null ? '–' : s < 3600 ? `${Math.floor(s / 60)} min` : s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;

// What a chip's name means, for whoever rests on it.
const meanings = {
  'meter-stale': 'The meter does not answer; the loads\' own figures count.',
  'load-silent': 'The load does not answer; it counts with the most it may take.',
  'load-ignores': 'The load takes more than it was told; the others make up for it.',
  'relay-stuck': 'A relay was opened and power still flows: welded contacts, or a wrong feedback wire.',
  'hot': 'The load is near its highest temperature and is held down.',
  'over-temperature': 'Too hot: the load is off until somebody holds the controller\'s button for 5 s.',
  'over-power': 'Too much power: the load is off until somebody holds the controller\'s button for 5 s.',
  'load-fault': 'The device reports a fault of its own.',
  'meters-disagree': 'Meter and loads differ beyond the tolerance: the higher counts.',
  'storage-failed': 'The controller cannot write to its flash: it keeps what it has in memory.',
  'tick-threw': 'The controller\'s program failed and holds its fail-safe limit.',
  'inbox-full': 'More was sent to the controller than it takes.',
  'energy-store-full': 'Energy records waited too long for the gateway: the oldest were merged.',
  'thermometer-stale': 'A thermometer does not answer: its load takes the least it works at.',
  'minimal-mode': 'Three crashes in ten minutes: it meters, stays at or below fail-safe, and takes commands.',
  'update-on-trial': 'A new image is on trial for a healthy hour.',
  'update-returned': 'The new image was given up: the one before it runs again.',
};
const starts = {
  'power-or-reset': 'power or reset', 'command': 'by command', 'ticks-threw': 'its program kept failing',
  'tick-stalled': 'its program stood still', 'update': 'a new image', 'memory-short': 'short of memory',
};
const faultChip = fault => {
  const chip = make('span', 'chip bad', fault);
  chip.title = meanings[fault] ?? '';
  return chip;
};

async function get(path) {
  const answer = await fetch(api + path);
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? answer.statusText);
  return answer.json();
}

// Asks for a change, and shows why it was not made.
async function ask(path, request) {
  let why = null;
  try {
    const answer = await fetch(api + path, request);
    if (!answer.ok) why = (await answer.json().catch(() => ({}))).detail ?? answer.statusText;
  } catch (lost) {
    why = `The gateway does not answer: ${lost.message}. Once it does, look whether it was done.`;
  }
  el('refusal').hidden = why === null;
  el('refusal').textContent = why ?? '';
}

function tile(label, value, note, mood) {
  const box = make('div', 'tile');
  box.append(make('span', 'quiet', label), make('b', mood, value), make('span', 'quiet', note ?? ''));
  return box;
}

function drawTotals(sites) {
  const sum = pick => sites.reduce((total, site) => total + (pick(site) ?? 0), 0);
  const currency = sites[0]?.currency ?? '';
  const profit = sum(s => s.earningsPerHour) - sum(s => s.costPerHour);
  const prices = sites.map(s => s.pricePerMwh).filter(p => p !== null);
  const silent = sum(s => s.silentControllers);
  el('totals').replaceChildren(
    tile('Power', watts(sum(s => s.watts)), `loads planned ${watts(sum(s => s.wantedWatts))}`),
    tile('Price', prices.length ? `${Math.min(...prices).toFixed(2)}` : 'unknown', prices.length ? `${currency}/MWh` : sites.length ? 'no price for this time' : 'no site is configured', prices.length ? undefined : 'bad'),
    tile('Earning', `${money(sum(s => s.earningsPerHour), currency)}`, 'an hour'),
    tile('Electricity', `${money(sum(s => s.costPerHour), currency)}`, 'an hour'),
    tile('Left over', `${money(profit, currency)}`, 'an hour', profit < 0 ? 'bad' : 'good'),
    tile('Controllers', `${sum(s => s.controllers) - silent} / ${sum(s => s.controllers)}`, silent ? `${silent} silent` : 'all heard', silent ? 'bad' : undefined));
}

// Each bar is as long as its load can go; what sleeps takes a little, and shows as nothing.
function bar(load) {
  const most = Math.max(1, load.maxWatts);
  const box = make('span', 'bar');
  const fill = make('i');
  fill.style.width = `${load.state === 'Sleeping' ? 0 : Math.min(100, 100 * (load.watts ?? 0) / most)}%`;
  box.title = `of ${watts(most)}`;
  const mark = make('u');
  mark.style.left = `${Math.min(98, 100 * load.wantedWatts / most)}%`;
  box.append(fill, mark);
  return box;
}

function loadName(load) {
  const cell = make('td', '', load.name);
  cell.append(make('span', 'wide', ` · ${load.model}`));
  return cell;
}

function loadRow(controller, load, isFirst) {
  const row = make('tr', isFirst ? '' : 'next');
  const name = make('td', '', isFirst ? controller.id : '');
  if (isFirst && controller.isSilent) name.append(' ', make('span', 'chip bad', 'silent'));
  const state = make('td');
  state.append(make('span', 'chip' + (load.state === 'Running' ? ' good' : load.state === 'Faulted' || load.state === 'Unknown' ? ' bad' : ''), load.state.toLowerCase()));
  const power = make('td');
  power.append(bar(load), `${watts(load.watts)}`);
  const setpoint = controller.setpoint;
  const life = isFirst ? `${words(controller.state)}${setpoint ? ` · ${words(setpoint.state)}` : ''}` : '';
  const faults = [...(isFirst ? controller.faults : []), ...load.faults];
  const why = make('td', 'why', controller.mismatch ?? load.reason);
  for (const fault of faults) why.append(' ', faultChip(fault));
  row.append(name, loadName(load), state, power, make('td', 'number', watts(load.wantedWatts)),
    make('td', 'number wide', rate(load)), make('td', 'number wide', load.strikePricePerMwh === null ? '–' : load.strikePricePerMwh.toFixed(1)), make('td', 'wide', life), why);
  return labelled(row, ['', '', '', '', 'wanted', '', '', '', '']);
}

function meterRow(controller) {
  const row = make('tr');
  const name = make('td', '', controller.id);
  if (controller.isSilent) name.append(' ', make('span', 'chip bad', 'silent'));
  const why = make('td', 'why', controller.mismatch ?? '');
  for (const fault of controller.faults) why.append(' ', faultChip(fault));
  row.append(name, make('td', '', 'site meter'), make('td'), make('td', '', watts(controller.watts)), make('td'), make('td', 'wide'), make('td', 'wide'), make('td', 'wide'), why);
  return row;
}

// The boxes themselves: what they run, and how they are.
function machines(controllers) {
  const table = make('table', 'machines');
  const header = make('tr');
  for (const [label, look] of [['Box'], ['Board', 'wide'], ['Firmware'], ['Started'], ['Runs for', 'number'], ['Heap free', 'number'], ['Longest tick', 'number wide'], ['Links lost', 'number'], ['Heard']])
    header.append(make('th', look, label));
  table.append(make('thead'), make('tbody'));
  table.tHead.append(header);
  for (const one of controllers) {
    const row = make('tr');
    const count = n => n === null ? '–' : `${n}`;
    row.append(make('td', '', one.id), make('td', 'wide', one.board ?? '–'), make('td', '', one.firmware ?? '–'), make('td', '', starts[one.bootReason] ?? one.bootReason ?? '–'),
      make('td', 'number', since(one.uptimeSeconds)), make('td', 'number', bytes(one.heapFreeBytes)), make('td', 'number wide', one.tickMs === null ? '–' : `${one.tickMs} ms`),
      make('td', 'number', count(one.linkLosses)), make('td', '', time(one.heardAt)));
    table.tBodies[0].append(labelled(row, ['', '', 'firmware', 'started', 'runs for', 'heap free', '', 'links lost', 'heard']));
  }
  return table;
}

function sitePanel({ site, controllers }) {
  const panel = make('section', 'panel');
  const head = make('div', 'head');
  head.append(make('h2', '', site.name), make('span', 'quiet', site.id));
  if (site.capWatts !== null) head.append(make('span', 'chip bad', `curtailed to ${watts(site.capWatts)}`));
  if (site.powerSource === 'MissingMeter') head.append(make('span', 'chip bad', 'site meter missing: power is the sum of the controllers'));
  head.append(make('span', 'figures quiet', `${watts(site.watts)} of ${watts(site.limitWatts)} · ${site.pricePerMwh === null ? 'price unknown' : `${site.pricePerMwh.toFixed(2)} ${site.currency}/MWh`} · earning ${money(site.earningsPerHour, site.currency)}/h · paying ${money(site.costPerHour, site.currency)}/h`));
  const table = make('table');
  const header = make('tr');
  for (const [label, look] of [['Controller'], ['Load'], ['State'], ['Power'], ['Wanted', 'number'], ['Work', 'number wide'], ['Strike', 'number wide'], ['Follows', 'wide'], ['Why']])
    header.append(make('th', look, label));
  table.append(make('thead'));
  table.tHead.append(header);
  const body = make('tbody');
  for (const controller of controllers)
    controller.loads.forEach((load, i) => body.append(loadRow(controller, load, i === 0)));
  for (const controller of controllers.filter(c => c.loads.length === 0)) body.append(meterRow(controller));
  table.append(body);
  panel.append(head, table, machines(controllers));
  return panel;
}

// Where a table is drawn as cards, each value says what it is.
function labelled(row, labels) {
  [...row.cells].forEach((cell, i) => { if (cell.textContent) cell.dataset.label = labels[i]; });
  return row;
}

// Achieved is a mean: what is measured now stands beside it.
function achieved(one, sites) {
  if (one.state !== 'Achieved' && one.state !== 'Lowering') return watts(one.achievedWatts);
  const now = sites.filter(site => one.site === null || site.id === one.site).reduce((total, site) => total + site.watts, 0);
  return `${watts(one.achievedWatts)} · now ${watts(now)}`;
}

function drawCurtailments(curtailments, sites) {
  const table = el('curtailments');
  table.hidden = curtailments.length === 0;
  table.tBodies[0].replaceChildren(...curtailments.slice(0, 8).map(one => {
    const row = make('tr');
    const state = make('td');
    state.append(make('span', 'chip' + (one.state === 'Achieved' ? ' good' : one.state === 'Lowering' ? ' bad' : ''), one.state.toLowerCase()));
    const off = make('td');
    if (one.state !== 'Ended') {
      const button = make('button', 'plain', 'call off');
      button.onclick = () => ask(`/curtailments/${one.id}`, { method: 'DELETE' });
      off.append(button);
    }
    row.append(make('td', '', one.site ?? 'portfolio'), make('td', '', one.reason), state, make('td', 'number', watts(one.startWatts)),
      make('td', 'number', watts(one.requestedWatts)), make('td', 'number', achieved(one, sites)),
      make('td', 'number', one.secondsTaken === null ? '–' : one.secondsTaken.toFixed(1)), make('td', '', time(one.end)), off);
    return labelled(row, ['', '', '', 'from', 'to at most', 'achieved', 'after s', 'until', '']);
  }));
}

function drawSource(prices) {
  const source = el('source');
  source.textContent = prices.isSample ? 'SAMPLE PRICES' : prices.source;
  source.className = 'chip' + (prices.isSample ? ' sample' : '');
  source.title = [prices.source, ...prices.notes].join('\n');
}

// Controllers keep their energy records meanwhile; what an operator asks for is refused.
function drawStorage(storage) {
  el('storage').hidden = !storage?.failingSince;
  el('storage').title = storage?.failingSince ? `Nothing is written down since ${time(storage.failingSince)}: ${storage.lastFailure}` : '';
}

// What an operator has to do before there is anything to see.
function drawNothing(sites, prices, health) {
  el('nothing').hidden = sites.length > 0 && prices.prices.length > 0;
  el('nothing').textContent = sites.length === 0
    ? `No site is configured: name sites under Fleet:Sites in ${health.configurationFile}, and start the gateway again.`
    : `There are no prices for this time in ${prices.source}: loads stay off until there are. Give a newer file (Fleet:Prices:File), and start the gateway again.`;
}

function fillSites(sites) {
  const select = el('curtail').elements.site;
  if (select.options.length === 1)
    for (const site of sites) select.append(new Option(site.name, site.id));
}

async function refresh() {
  try {
    const [sites, prices, plan, curtailments, health] = await Promise.all([
      get('/sites'), get('/prices?hoursBack=6&hoursAhead=36'), get('/plan').catch(() => null), get('/curtailments'),
      fetch('/healthz').then(answer => answer.json())]);
    const details = await Promise.all(sites.map(site => get(`/sites/${site.id}`)));
    el('link').hidden = true;
    el('clock').textContent = time(prices.now);
    drawSource(prices);
    drawStorage(health.storage);
    fillSites(sites);
    drawNothing(sites, prices, health);
    drawTotals(sites);
    if (sites.length) noteMeasured(Date.parse(prices.now), sites.reduce((total, site) => total + site.watts, 0));
    drawChart(el('chart'), prices, plan, details);
    el('planline').textContent = plan
      ? `Plan of ${time(plan.madeAt)}, worth ${money(plan.value, plan.currency)} over ${plan.slots.length / 4} h, at most ${(100 * plan.gap).toFixed(2)} % from the best.${plan.conflicts.length ? ' ' + plan.conflicts.join(' ') : ''}${plan.failure ? ` The last attempt failed: ${plan.failure}` : ''}`
      : 'The first plan is being made.';
    drawCurtailments(curtailments, sites);
    el('sites').replaceChildren(...details.map(sitePanel));
  } catch (problem) {
    el('link').hidden = false;
    el('link').title = problem.message;
  }
  setTimeout(refresh, 1000);
}

el('curtail').addEventListener('submit', async event => {
  event.preventDefault();
  const form = new FormData(event.target);
  const target = Number(form.get('target'));
  await ask('/curtailments', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      site: form.get('site') || null,
      targetWatts: form.get('unit') === 'kw' ? Math.round(target * 1000) : null,
      targetPercent: form.get('unit') === 'percent' ? Math.round(target) : null,
      durationSeconds: Number(form.get('minutes')) * 60,
      reason: form.get('reason') || null,
    }),
  });
});

refresh();
