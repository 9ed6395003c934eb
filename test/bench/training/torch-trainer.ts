/** The peer in Python: reads numbers of steps, trains, answers with lines of figures. Arguments: task, sizes as JSON. */
export const TORCH_TRAINER = `
import json, resource, sys, time
import torch
from torch import nn
torch.set_num_threads(1)
task, sizes, rate = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])

class Text(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.embedding = nn.Embedding(s['vocabulary'], s['embedding'])
        self.conv = nn.Conv1d(s['embedding'], s['filters'], s['width'], padding=(s['width'] - 1) // 2)
        self.pool = nn.MaxPool1d(s['pool'])
        self.lstm = nn.LSTM(s['filters'], s['units'])
        self.dense = nn.Linear(s['units'], s['classes'])
    def forward(self, x):
        value = self.pool(torch.relu(self.conv(self.embedding(x).transpose(1, 2))))
        _, (last, _) = self.lstm(value.permute(2, 0, 1))
        return self.dense(last[0])

def dense(layers):
    parts = []
    for index in range(len(layers) - 1):
        parts.append(nn.Linear(layers[index], layers[index + 1]))
        if index < len(layers) - 2: parts.append(nn.ReLU())
    return parts

def cnn(s):
    parts, channels = [], 1
    for filters in s['filters']:
        parts += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = filters
    side = s['size'] // 2 ** len(s['filters'])
    return nn.Sequential(*parts, nn.Flatten(), *dense([channels * side * side, s['hidden'], s['classes']]))

batch = sizes['batch']
if task == 'mlp':
    model, x, classes = nn.Sequential(*dense(sizes['sizes'])), torch.randn(batch, sizes['sizes'][0]), sizes['sizes'][-1]
elif task == 'cnn':
    model, x, classes = cnn(sizes), torch.randn(batch, 1, sizes['size'], sizes['size']), sizes['classes']
else:
    model, x, classes = Text(sizes), torch.randint(sizes['vocabulary'], (batch, sizes['length'])), sizes['classes']
labels = torch.randint(classes, (batch,))
optimizer = torch.optim.Adam(model.parameters(), lr=rate)

def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

for line in sys.stdin:
    cpu_before, started = cpu(), time.perf_counter()
    for _ in range(int(line)):
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        loss.item()
    print(json.dumps({'wallSeconds': time.perf_counter() - started, 'cpuSeconds': cpu() - cpu_before}), flush=True)
`;
