import type uPlot from 'uplot';
import type { Line, Mark } from './line.ts';

export interface ChartStyle {
  readonly lines: readonly Line[];
  readonly log: boolean;
  /** Writes a value of the vertical axis. */
  readonly format: (value: number) => string;
  /** Ends of the horizontal axis. */
  readonly span: readonly [number, number];
  /** Fixed ends of the vertical axis; null: from the data. */
  readonly range: readonly [number, number] | null;
  readonly marks: () => readonly Mark[];
  /** Hears the position under the pointer; null when it left. */
  readonly onCursor: (index: number | null) => void;
  /** Charts with the same key share their pointer. */
  readonly syncKey: string;
}

/** Values of a line up to which each is a point of its own. */
const MOST_POINTS = 60;
/** Between two ticks of the horizontal axis, which counts whole things: 1, 2, 5, 10 … 500,000. */
const INCREMENTS = [0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const FONT = '11px system-ui, sans-serif';

/** uPlot's options for a chart in the present theme's colours, read from `node`. */
export function chartOptions(node: HTMLElement, style: ChartStyle): uPlot.Options {
  const css = getComputedStyle(node);
  const ink = css.getPropertyValue('--ink-2').trim();
  const grid = { stroke: css.getPropertyValue('--line').trim(), width: 1 };
  const axis = { stroke: ink, font: FONT, grid, ticks: grid };
  return {
    width: node.clientWidth,
    height: node.clientHeight,
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [...style.span] as [number, number] },
      y: {
        distr: style.log ? 3 : 1,
        ...(style.range && { range: () => [...style.range!] as [number, number] }),
      },
    },
    axes: [
      { ...axis, size: 28, space: 48, incrs: INCREMENTS },
      {
        ...axis,
        size: 52,
        values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : style.format(tick))),
      },
    ],
    cursor: { sync: { key: style.syncKey }, drag: { x: false, y: false }, y: false, points: { show: false } },
    series: [{}, ...style.lines.map(seriesOf)],
    hooks: {
      setCursor: [(plot) => style.onCursor(plot.cursor.left! < 0 ? null : (plot.cursor.idx ?? null))],
      draw: [(plot) => style.marks().forEach((mark) => drawMark(plot, mark, ink))],
    },
  };
}

function seriesOf(line: Line): uPlot.Series {
  const alpha = line.style === 'faint' ? 0.45 : 1;
  return {
    label: line.label,
    stroke: line.colour,
    alpha,
    width: line.style === 'faint' ? 1 : 1.75,
    dash: line.style === 'dashed' ? [5, 4] : [],
    spanGaps: true,
    points: { show: line.style !== 'faint' && hasFew, size: 5 },
  };
}

function hasFew(plot: uPlot, series: number): boolean {
  let values = 0;
  for (const y of plot.data[series] ?? [])
    if (y !== null && y !== undefined && ++values > MOST_POINTS) return false;
  return true;
}

function drawMark(plot: uPlot, mark: Mark, ink: string): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(mark.x, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = mark.colour;
  ctx.fillStyle = ink;
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  const left = x > bbox.left + bbox.width * 0.8;
  ctx.textAlign = left ? 'right' : 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(mark.label, x + (left ? -4 : 4) * scale, bbox.top + 2 * scale);
  ctx.restore();
}
