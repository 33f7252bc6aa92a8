import { writeFileSync } from 'node:fs';
import { missingForRendering, renderChart, renderedChart, valuesOf } from './rendered-chart.ts';

/** `npm run render-chart`: renders the Helm chart anew for each of the values that the tests look at. */
const missing = missingForRendering();
if (missing !== undefined) {
  console.error(`hwanbul: ${missing}`);
  process.exit(1);
}
for (const name of valuesOf) writeFileSync(renderedChart(name), renderChart(name));
