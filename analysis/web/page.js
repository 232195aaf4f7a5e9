/* Draws the charts of the page from the data inside it. Each chart says when it is done: data-ready="ok" or "error", and
 * data-marks, the number of marks that it drew. No expression is ever compiled to code (Vega's interpreter, `ast`). */
(() => {
  "use strict";
  const { policies, figures } = JSON.parse(document.getElementById("data").textContent);

  /* Okabe and Ito's colours, darkened or lightened until each has a contrast of at least 3 : 1 with its paper. */
  const palettes = {
    light: ["#0072b2", "#c8500a", "#00805f", "#b0508c", "#8f6a00", "#2a87c4", "#5a5f66", "#7a3fb0"],
    dark: ["#56b4e9", "#f2874b", "#2fc39a", "#e39bc8", "#e6b93c", "#8fb4ff", "#a9b2bc", "#c29bf0"],
  };
  /* For anything but policies: Tol's muted colours, in an order that keeps neighbours apart. */
  const accounts = {
    light: ["#44aa99", "#ddcc77", "#cc6677", "#88ccee", "#332288", "#999933", "#117733", "#aa4499", "#882255", "#b4bac1"],
    dark: ["#44aa99", "#d6c565", "#d9798a", "#7fc4e8", "#8479d0", "#a5a54a", "#3f9a5f", "#c070b4", "#b0557e", "#666d75"],
  };
  const papers = {
    light: { paper: "#ffffff", ink: "#1d2126", soft: "#5a636e", line: "#d9dee3", grid: "#eceff2" },
    dark: { paper: "#14181d", ink: "#e4e8ec", soft: "#9aa5b1", line: "#3a434d", grid: "#262d35" },
  };
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => document.documentElement.dataset.theme || (prefersDark.matches ? "dark" : "light");
  const sans = getComputedStyle(document.documentElement).getPropertyValue("--sans");

  const config = (name, width) => {
    const c = papers[name];
    const text = { labelFont: sans, titleFont: sans, labelFontSize: 11.5, titleFontSize: 11.5, labelColor: c.soft, titleColor: c.soft,
      titleFontWeight: "normal" };
    return {
      background: null, font: sans, padding: { left: 0, right: 6, top: 4, bottom: 4 },
      view: { stroke: null, continuousHeight: 220 },
      axis: { ...text, domainColor: c.line, tickColor: c.line, gridColor: c.grid, tickSize: 4, labelPadding: 4, titlePadding: 8,
        labelLimit: 170, labelOverlap: "greedy", labelSeparation: 6 },
      axisY: { domain: false, ticks: false },
      axisYBand: { grid: false, labelColor: c.ink, labelFontSize: 12 },
      axisYPoint: { grid: false, labelColor: c.ink, labelFontSize: 12 },
      legend: { ...text, labelColor: c.ink, orient: "top", direction: "horizontal", title: null, symbolType: "circle", symbolSize: 70,
        symbolStrokeWidth: 0, symbolOpacity: 1, columnPadding: 16, labelFontSize: 12, columns: width < 560 ? 2 : undefined, offset: 10, padding: 0 },
      header: { labelFont: sans, titleFont: sans, labelColor: c.ink, labelFontSize: 12.5, labelFontWeight: 600, title: null,
        labelAnchor: "start", labelOrient: "top", labelPadding: 4 },
      text: { font: sans, fontSize: 11.5, fill: c.ink }, rule: { color: c.soft }, line: { strokeWidth: 1.6 }, point: { filled: true, size: 70, opacity: 1 },
      bar: { discreteBandSize: { band: 0.75 }, stroke: c.paper, strokeWidth: 0.6 },
      range: { category: palettes[name], ordinal: accounts[name] },
      style: {
        reference: { stroke: c.soft, strokeDash: [3, 3], strokeWidth: 1 },
      },
    };
  };

  const colourOf = (policy) => palettes[theme()][Math.max(0, policies.indexOf(policy)) % palettes.light.length];

  /* A policy has one colour and one place in every chart; a legend above a chart is no wider than the chart. */
  const settle = (node, present, width) => {
    if (Array.isArray(node)) return node.forEach((child) => settle(child, present, width));
    if (!node || typeof node !== "object") return undefined;
    for (const [channel, value] of Object.entries(node)) {
      if (channel === "legend" && value?.columns) value.columns = Math.max(1, Math.min(value.columns, Math.floor(width / 110)));
      if (value && typeof value === "object" && value.field === "policy" && channel !== "tooltip") {
        if (/^(color|fill|stroke)$/.test(channel)) {
          value.scale = { domain: present, range: present.map(colourOf), ...value.scale };
        } else if (value.sort === undefined) {
          value.sort = present;
        }
      }
      settle(value, present, width);
    }
    return undefined;
  };

  const objects = (data) => data.rows.map((row) => Object.fromEntries(row.map((cell, i) => [data.columns[i], cell])));

  const specify = (figure, width, columns) => {
    const spec = JSON.parse(JSON.stringify(figure.spec));
    const at = figure.data.columns.indexOf("policy");
    const seen = new Set(at < 0 ? [] : figure.data.rows.map((row) => row[at]));
    settle(spec, policies.filter((policy) => seen.has(policy)), width);
    spec.datasets = { ...spec.datasets, rows: figure.objects };
    if (spec.spec && spec.columns) spec.columns = columns;
    (spec.spec || spec).width = Math.max(60, Math.floor((width - 60) / columns) - 20);
    return spec;
  };

  /* How much axes, headers and legends take is only known when they stand there; then the panels get the rest. */
  const fit = async (view, place, width, columns, signal) => {
    const drawn = () => Number(place.querySelector("svg").getAttribute("width"));
    const known = Object.hasOwn(view.getState().signals, signal);
    for (let round = 0; known && round < 3 && Math.abs(drawn() - width) > columns; round++) {
      await view.signal(signal, Math.max(60, Math.floor(view.signal(signal) + (width - drawn()) / columns))).resize().runAsync();
      await view.resize().runAsync(); /* legends and headers follow one step behind */
    }
  };

  const marks = (place) => place.querySelectorAll(".role-mark path, .role-mark text, .role-mark line, .role-mark rect").length;

  const draw = async (box) => {
    const figure = figures[box.dataset.figure];
    const width = Math.floor(box.clientWidth);
    try {
      figure.objects ||= objects(figure.data);
      figure.result?.finalize();
      const place = document.createElement("div");
      box.replaceChildren(place);
      place.setAttribute("aria-hidden", "true");
      const columns = figure.spec.spec && width >= 560 ? figure.spec.columns || 1 : 1;
      figure.result = await vegaEmbed(place, specify(figure, width, columns), { mode: "vega-lite", renderer: "svg", actions: false,
        ast: true, hover: false, config: config(theme(), width), tooltip: { theme: "custom" } });
      await fit(figure.result.view, place, width, columns, figure.spec.spec ? "child_width" : "width");
      box.dataset.marks = marks(place);
      box.dataset.width = width;
      box.dataset.ready = "ok";
    } catch (error) {
      box.dataset.ready = "error";
      box.textContent = `This chart cannot be drawn: ${error.message}`;
      console.error(`chart ${box.dataset.figure}: ${error.message}`);
    }
  };

  const boxes = [...document.querySelectorAll(".chart")];
  const drawAll = async () => {
    document.documentElement.dataset.drawn = theme();
    for (const box of boxes) await draw(box);
    document.documentElement.dataset.ready = boxes.every((box) => box.dataset.ready === "ok") ? "ok" : "error";
  };

  const cellText = (cell) => (cell === null ? "\u2013" : typeof cell === "number" ? String(Number(cell.toPrecision(6))) : cell);

  const table = ({ columns, rows }) => {
    const make = (tag, text, number) => {
      const element = document.createElement(tag);
      element.textContent = text;
      if (number) element.className = "n";
      return element;
    };
    const result = document.createElement("table");
    const head = result.createTHead().insertRow(), body = result.createTBody();
    columns.forEach((name, i) => {
      const cell = make("th", name, rows.some((row) => typeof row[i] === "number"));
      cell.scope = "col";
      head.append(cell);
    });
    for (const row of rows) body.insertRow().append(...row.map((cell) => make("td", cellText(cell), typeof cell === "number")));
    return result;
  };

  const colourKeys = () => {
    for (const key of document.querySelectorAll(".key[data-policy]")) key.style.background = colourOf(key.dataset.policy);
  };

  for (const details of document.querySelectorAll("details.data")) {
    const fill = () => {
      const box = details.querySelector(".scroll");
      if (details.open && !box.firstChild) box.append(table(figures[details.previousElementSibling.dataset.figure].data));
    };
    details.addEventListener("toggle", fill);
    fill();
  }

  const button = document.getElementById("theme");
  const show = () => {
    button.textContent = theme() === "dark" ? "light" : "dark";
    colourKeys();
    return drawAll();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    show();
  });
  prefersDark.addEventListener("change", show);
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => boxes.filter((box) => Math.abs(box.clientWidth - box.dataset.width) > 1).forEach(draw), 150);
  });
  show();
})();
