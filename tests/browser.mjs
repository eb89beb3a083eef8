// Opens report pages in a real browser, uses them, and looks at what it made of them.
//
//   node tests/browser.mjs [--screenshots FOLDER] REPORT.html...
//
// Each page is opened at 360, 800 and 1280 px, light, dark and for paper, with and without its script. It fails if
// anything is requested, the console or the content-security policy complains, the page is wider than the window or a name
// than its cell, text is hard to read, an element or attribute is there that a report has no use for, or sorting, slider or
// tooltips do not work.
//
// Needs the package playwright-core (MKT_PLAYWRIGHT names the folder it is installed in) and chromium (CHROMIUM names
// another than the one in the PATH).
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.env.MKT_PLAYWRIGHT ?? process.cwd();
const { chromium } = createRequire(resolve(folder, "node_modules", "x"))("playwright-core");

const args = process.argv.slice(2);
const shots = args[0] === "--screenshots" ? resolve(args.splice(0, 2)[1]) : null;
if (!args.length) {
  console.error("usage: node tests/browser.mjs [--screenshots FOLDER] REPORT.html...");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });
const which = (name) => { try { return execFileSync("which", [name]).toString().trim(); } catch { return null; } };
const executablePath = process.env.CHROMIUM ?? which("chromium") ?? which("chromium-browser") ?? which("google-chrome");
if (!executablePath) {
  console.error("no chromium found: install it, or name one in CHROMIUM");
  process.exit(2);
}

const WIDTHS = [360, 800, 1280];
const LARGEST = 1_500_000;

// Runs in the page: everything that data could have brought in.
function strangers() {
  const ours = new Set(("html head meta title style body main header footer nav section div span p a h1 h2 h3 ul li small code bdi b " +
    "table caption thead tbody tfoot tr th td figure figcaption details summary label input output button script svg g line rect " +
    "circle polyline polygon text path").split(" "));
  const found = [];
  for (const e of document.querySelectorAll("*")) {
    if (!ours.has(e.localName)) found.push("element " + e.localName);
    for (const a of e.attributes) {
      if (/^on|^(xlink:)?src|^(form)?action$|^srcdoc$|^style$/i.test(a.name) && !e.classList.contains("tip")) found.push(`attribute ${a.name} of ${e.localName}`);
      if (/href$/i.test(a.name) && !/^#[a-z]+$/.test(a.value)) found.push("link " + a.value);
    }
  }
  if (document.querySelectorAll("script").length !== 1) found.push("scripts: " + document.querySelectorAll("script").length);
  if (document.querySelectorAll("h1").length !== 1) found.push("headings: " + document.querySelectorAll("h1").length);
  return found;
}

// Runs in the page: text with less contrast to what lies behind it than 4.5 to 1 (WCAG 2.2, AA).
function faint() {
  const parse = (color) => {
    const n = color.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    const [r, g, b] = color.startsWith("color(") ? n.slice(0, 3).map((x) => 255 * x) : n;
    return [r, g, b, n[3] ?? 1];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((x, i) => x * a + under[i] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((x) => x / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = matchMedia("(prefers-color-scheme: dark)").matches ? [20, 24, 31] : [255, 255, 255];
  const behind = (e) => (e ? over(parse(getComputedStyle(e).backgroundColor), behind(e.parentElement)) : paper);
  const found = new Set();
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim());
    if (!own || e.closest("svg") || e.localName === "script" || !e.checkVisibility()) continue;
    const back = behind(e), style = getComputedStyle(e), ink = over(parse(style.color), back);
    const opacity = Number(style.opacity);
    const [a, b] = [light(ink.map((x, i) => x * opacity + back[i] * (1 - opacity))), light(back)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.add(`${e.localName}.${e.className} has a contrast of ${contrast.toFixed(2)}`);
  }
  return [...found];
}

async function open(browser, file, options, problems) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const url = pathToFileURL(resolve(file)).href;
  page.on("console", (m) => problems.push("console: " + m.text()));
  page.on("pageerror", (e) => problems.push("error: " + e.message));
  page.on("dialog", async (d) => { problems.push("dialog: " + d.message()); await d.dismiss(); });
  page.on("request", (r) => { if (r.url() !== url) problems.push("request: " + r.url()); });
  page.on("popup", () => problems.push("a window was opened"));
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.violatedDirective + " " + e.blockedURI));
    });
  }
  await page.goto(url);
  return { context, page };
}

// What is wider than the page, and cells whose text runs into the next one.
async function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const wide = root.scrollWidth > root.clientWidth ? [`page is ${root.scrollWidth} px wide in a window of ${root.clientWidth}`] : [];
    // Numbers and our own words, which are never broken, are short.
    const broken = (e) => getComputedStyle(e).whiteSpace !== "nowrap" && e.clientWidth && e.scrollWidth > e.clientWidth + 1;
    const cells = [...document.querySelectorAll("th, td")].filter(broken);
    return wide.concat(cells.slice(0, 3).map((e) => `a cell of ${e.clientWidth} px holds ${e.scrollWidth}: ${e.textContent.slice(0, 60)}`));
  });
}

// Clicks a header of each table twice: the column rises, then falls.
async function sorting(page, problems) {
  for (const table of await page.locator("table.sortable").all()) {
    const buttons = await table.locator("thead button").all();
    if (!buttons.length) problems.push("a table cannot be sorted");
    const at = Math.min(1, buttons.length - 1);
    const before = await table.locator("tbody tr").allInnerTexts();
    await buttons[at].click();
    const rising = await table.locator("tbody tr").allInnerTexts();
    const head = table.locator("thead th").nth(at);
    if (await head.getAttribute("aria-sort") !== "ascending") problems.push("sorting is not announced");
    await buttons[at].click();
    const falling = await table.locator("tbody tr").allInnerTexts();
    if (await head.getAttribute("aria-sort") !== "descending") problems.push("sorting the other way is not announced");
    const same = (a, b) => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
    if (!same(before, rising) || !same(before, falling)) problems.push("sorting loses rows");
    const values = await table.evaluate((t, at) => [...t.tBodies[0].rows].map((r) => r.cells[at].textContent.trim()), at);
    const numbers = values.map((v) => parseFloat(v.replace(/[\u202f,]/g, ""))).filter((n) => !Number.isNaN(n));
    if (numbers.length === values.length && numbers.some((n, i) => i && n > numbers[i - 1])) problems.push("a sorted column does not fall");
  }
}

// Moves the slider and compares the matrix with the row of the table; then takes it back.
async function slider(page, problems) {
  const input = page.locator("#threshold");
  if (!await input.count()) return;
  if (!await input.isVisible()) problems.push("the slider is hidden");
  const cells = () => page.evaluate(() =>
    Object.fromEntries([...document.querySelectorAll("[data-cell]")].map((c) => [c.dataset.cell, Number(c.firstElementChild.textContent.replace(/\D/g, ""))])));
  const before = await cells();
  for (const step of [0, 37, 100]) {
    await input.fill(String(step));
    const shown = await cells();
    const row = (await page.locator("[data-cut]").nth(step).getAttribute("data-cut")).split(" ").map(Number);
    if (JSON.stringify([shown.hits, shown.alarms, shown.misses, shown.rejected]) !== JSON.stringify(row)) problems.push(`the slider at ${step} shows ${JSON.stringify(shown)}`);
    if (await page.locator(".slider output").innerText() !== (step / 100).toFixed(2)) problems.push("the slider does not name its threshold");
  }
  await page.locator(".slider button").click();
  if (JSON.stringify(await cells()) !== JSON.stringify(before)) problems.push("the chosen threshold does not come back");
}

// Every plot with numbers shows some below the pointer.
async function tooltips(page, problems) {
  for (const figure of await page.locator("figure:has(tr[data-at])").all()) {
    const plot = figure.locator("svg.plot");
    await plot.scrollIntoViewIfNeeded();
    await plot.hover({ position: { x: 200, y: 100 }, force: true });
    const tip = page.locator(".tip");
    if (!await tip.isVisible() || !/\d/.test(await tip.innerText())) problems.push(`no numbers below the pointer in ${await figure.locator("h3").innerText()}`);
    const box = await tip.boundingBox(), size = page.viewportSize();
    if (box && (box.x < 0 || box.y < 0 || box.x + box.width > size.width + 1)) problems.push("the numbers lie outside of the window");
  }
  await page.mouse.move(0, 0);
}

async function look(browser, file) {
  const problems = [];
  const name = basename(file, ".html");
  if (statSync(file).size > LARGEST) problems.push(`the file has ${statSync(file).size} bytes`);
  for (const width of WIDTHS) {
    const { context, page } = await open(browser, file, { viewport: { width, height: 900 }, colorScheme: "light" }, problems);
    problems.push(...await page.evaluate(strangers), ...await overflow(page), ...await page.evaluate(faint));
    for (const summary of await page.locator("summary").all()) await summary.click();
    problems.push(...await overflow(page));
    await sorting(page, problems);
    await slider(page, problems);
    if (width > 400) await tooltips(page, problems);
    for (const summary of await page.locator("summary").all()) await summary.click();
    problems.push(...await page.evaluate(strangers), ...await page.evaluate(() => window.violations));
    await context.close();
    if (shots) {
      const shot = await open(browser, file, { viewport: { width, height: 900 }, colorScheme: "light" }, problems);
      await shot.page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
      await shot.context.close();
    }
  }
  const dark = await open(browser, file, { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }, problems);
  problems.push(...(await dark.page.evaluate(faint)).map((p) => "dark: " + p));
  if (shots) await dark.page.screenshot({ path: `${shots}/${name}-dark.png`, fullPage: true });
  // Paper is 210 mm wide, less its margins.
  await dark.page.emulateMedia({ media: "print", colorScheme: "light" });
  await dark.page.setViewportSize({ width: 720, height: 1000 });
  problems.push(...(await overflow(dark.page)).map((p) => "print: " + p));
  if (shots) await dark.page.pdf({ path: `${shots}/${name}.pdf`, format: "A4", printBackground: true, margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" } });
  await dark.context.close();

  const bare = await open(browser, file, { viewport: { width: 360, height: 900 }, javaScriptEnabled: false }, problems.filter(() => false));
  if (await bare.page.locator(".slider").count() && await bare.page.locator(".slider").isVisible()) problems.push("without a script the slider is there, and does nothing");
  for (const id of ["scores", "card", "run"]) if (!await bare.page.locator("#" + id).isVisible()) problems.push(`without a script section ${id} is not there`);
  await bare.context.close();
  return [...new Set(problems)];
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
let failed = 0;
// Two pages at a time: a good part of each is waiting.
const waiting = [...args];
async function next() {
  for (let file; (file = waiting.shift());) {
    const problems = await look(browser, file).catch((e) => ["the check itself failed: " + e.message]);
    console.log([problems.length ? `FAILED ${file}` : `ok ${file}`, ...problems.slice(0, 20)].join("\n  "));
    failed += problems.length ? 1 : 0;
  }
}
await Promise.all([next(), next()]);
await browser.close();
process.exit(failed ? 1 : 0);
