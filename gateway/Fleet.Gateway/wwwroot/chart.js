// Price as a stepped line over the planned watts as an area, with the loads' strike prices dashed and a line at now.
const height = 240, left = 44, right = 52, top = 10, bottom = 22;
const svgns = 'http://www.w3.org/2000/svg';

function node(tag, attributes, text) {
  const made = document.createElementNS(svgns, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// A step of 1, 2 or 5 times a power of ten, four or so of them to the range.
function stepOf(range) {
  const size = 10 ** Math.floor(Math.log10(range / 4));
  return size * [1, 2, 5, 10].find(times => range / (size * times) <= 5);
}

// Measured power since the page was opened, a point every half minute of the gateway's clock.
const measured = [];
export function noteMeasured(at, watts) {
  if (measured.length && at - measured.at(-1).at < 3e4) return;
  measured.push({ at, watts });
  if (measured.length > 2000) measured.shift();
}

export function drawChart(box, prices, plan, details) {
  const width = Math.max(320, box.clientWidth);
  const points = prices.prices.map(p => ({ from: Date.parse(p.start), to: Date.parse(p.start) + 1000 * p.seconds, value: p.perMwh }));
  const slots = (plan?.slots ?? []).map(s => ({ from: Date.parse(s.start), to: Date.parse(s.start) + 1000 * s.seconds, value: Object.values(s.watts).reduce((a, b) => a + b, 0) }));
  const now = Date.parse(prices.now);
  const begin = now - 6 * 36e5, end = now + 36 * 36e5;
  const strikes = [...new Set(details.flatMap(d => d.controllers).flatMap(c => c.loads).map(l => l.strikePricePerMwh).filter(s => s !== null).map(s => Math.round(s)))];
  const low = Math.min(0, ...points.map(p => p.value)), high = Math.max(1, ...points.map(p => p.value)) * 1.08;
  const past = measured.filter(m => m.at > begin);
  const most = Math.max(1, ...slots.map(s => s.value), ...past.map(m => m.watts)) * 1.08;
  const x = t => left + (width - left - right) * (Math.min(Math.max(t, begin), end) - begin) / (end - begin);
  const yPrice = v => top + (height - top - bottom) * (high - v) / (high - low);
  const yWatts = v => height - bottom - (height - top - bottom) * v / most;
  const svg = node('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Price and planned power over time' });

  if (slots.length) {
    const area = slots.map(s => `L${x(s.from)},${yWatts(s.value)}L${x(s.to)},${yWatts(s.value)}`).join('');
    svg.append(node('path', { class: 'watts', d: `M${x(slots[0].from)},${height - bottom}${area}L${x(slots.at(-1).to)},${height - bottom}Z` }));
  }
  if (past.length > 1) svg.append(node('path', { class: 'measured', d: 'M' + past.map(m => `${x(m.at)},${yWatts(m.watts)}`).join('L') }));
  svg.append(node('line', { class: 'zero', x1: left, x2: width - right, y1: yPrice(0), y2: yPrice(0) }));
  for (const strike of strikes.filter(s => s < high))
    svg.append(node('line', { class: 'strike', x1: left, x2: width - right, y1: yPrice(strike), y2: yPrice(strike) }));
  // A gap in the prices is a gap in the line.
  let path = '', last = null;
  for (const p of points.filter(p => p.to > begin && p.from < end)) {
    path += `${last === p.from ? 'L' : 'M'}${x(p.from)},${yPrice(p.value)}L${x(p.to)},${yPrice(p.value)}`;
    last = p.to;
  }
  svg.append(node('path', { class: 'price', d: path }), node('line', { class: 'now', x1: x(now), x2: x(now), y1: top, y2: height - bottom }));
  const priceStep = stepOf(high - low), wattStep = stepOf(most);
  for (let v = Math.ceil(low / priceStep) * priceStep; v <= high; v += priceStep)
    svg.append(node('text', { x: left - 6, y: yPrice(v) + 4, 'text-anchor': 'end' }, `${+v.toFixed(6)}`));
  for (let w = 0; w <= most; w += wattStep)
    svg.append(node('text', { x: width - right + 6, y: yWatts(w) + 4 }, most < 2000 ? `${w} W` : `${+(w / 1000).toFixed(3)} kW`));
  const hours = width < 600 ? 12 * 36e5 : 6 * 36e5;
  for (let t = Math.ceil(begin / hours) * hours; t < end; t += hours)
    svg.append(node('text', { x: x(t), y: height - 6, 'text-anchor': 'middle' }, t % 864e5 ? new Date(t).toISOString().slice(11, 16) : new Date(t).toISOString().slice(5, 10)));

  const legend = document.createElement('div');
  legend.className = 'legend';
  legend.innerHTML = '<span><i></i>price</span><span><i class="area"></i>planned power of the loads</span><span><i class="line"></i>measured power since this page is open</span><span>times in UTC</span><span>dashed: strike prices of the loads</span>';
  legend.firstChild.append(` (${prices.currency}/MWh)`);
  box.replaceChildren(svg, legend);
}
