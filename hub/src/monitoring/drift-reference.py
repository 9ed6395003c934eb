"""Makes drift-reference.json: numpy and scipy on seeded histograms. Run: python3 make_ref.py > drift-reference.json"""
import json
import numpy as np
import scipy
import scipy.special
from scipy import stats

FLOOR = 1e-4
rng = np.random.default_rng(20260101)

def psi(reference, current):
    r = np.maximum(np.asarray(reference) / np.sum(reference), FLOOR)
    c = np.maximum(np.asarray(current) / np.sum(current), FLOOR)
    # Jeffreys divergence: the sum of both relative entropies of the (floored) shares.
    return float(np.sum(scipy.special.rel_entr(c, r) + scipy.special.rel_entr(r, c)))

cases = []
for bins in (2, 3, 5, 10, 21):
    shares = rng.dirichlet(np.full(bins, 1.5))
    moved = rng.dirichlet(np.full(bins, 1.5))
    for rows, mix in ((300, 0.0), (1000, 0.3), (20000, 1.0)):
        reference = rng.multinomial(5000, shares)
        current = rng.multinomial(rows, (1 - mix) * shares + mix * moved)
        cases.append({'reference': reference.tolist(), 'current': current.tolist(), 'psi': psi(reference, current)})
degrees = [1, 2, 3, 4, 5, 9, 10, 19, 20, 50, 100, 254]
quantiles = [{'degrees': d, 'quantile': float(stats.chi2.ppf(0.999, d))} for d in degrees]
simulated = []
for bins, rows in ((2, 300), (6, 300), (20, 300), (20, 3000), (20, 20000)):
    shares = np.full(bins, 1 / bins)
    values = [psi(rng.multinomial(30000, shares), rng.multinomial(rows, shares)) for _ in range(40000)]
    simulated.append({'bins': bins, 'referenceRows': 30000, 'currentRows': rows, 'psi999': float(np.quantile(values, 0.999)), 'psiMean': float(np.mean(values))})
print(json.dumps({
    'madeWith': f'numpy {np.__version__}, scipy {scipy.__version__}; numpy.random.default_rng(20260101)',
    'psi': 'sum of scipy.special.rel_entr(c, r) + rel_entr(r, c) over shares floored at 0.0001',
    'chiSquared': 'scipy.stats.chi2.ppf(0.999, degrees)',
    'simulation': '40,000 pairs of multinomial histograms over equal shares, none of them drifted: mean and 0.999 quantile of their psi',
    'cases': cases, 'quantiles': quantiles, 'simulated': simulated,
}, indent=1))
