import type { Model } from '../format/messages.ts';
import { readModel } from '../format/read-model.ts';
import { runPython } from './python.ts';

/** What PyTorch exports of typical modules, with shapes computed by many nodes, as it writes them without folding. */
const SCRIPT = `
import base64, io, json, math, sys, warnings
import torch
from torch import nn
from torch.nn import functional as F
warnings.filterwarnings('ignore')
torch.manual_seed(0)

class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, activation='gelu')
        self.layers, self.head = nn.TransformerEncoder(layer, 2), nn.Linear(32, 5)
    def forward(self, x):
        return self.head(self.layers(x).mean(1))

class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.into, self.out = nn.Linear(16, 48), nn.Linear(16, 16)
    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = self.into(x).view(batch, length, 3, 4, 4).permute(2, 0, 3, 1, 4)
        mask = torch.tril(torch.ones(length, length)).view(1, 1, length, length)
        scores = (q @ k.transpose(-2, -1) / 2).masked_fill(mask == 0, float('-inf')).softmax(-1)
        return self.out((scores @ v).transpose(1, 2).reshape(batch, length, width))

class Unet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())
        self.down, self.norm = nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16)
        self.up, self.last = nn.ConvTranspose2d(16, 8, 2, stride=2), nn.Conv2d(16, 2, 1)
    def forward(self, x):
        first = self.first(x)
        low = F.relu(self.norm(self.down(first)))
        wide = F.interpolate(low, size=first.shape[2:], mode='bilinear', align_corners=False)[:, :8]
        return self.last(torch.cat([first, self.up(low) + wide], 1))

class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.lstm = nn.Embedding(50, 16), nn.LSTM(16, 12, batch_first=True, bidirectional=True)
        self.gru, self.head = nn.GRU(24, 8, batch_first=True), nn.Linear(8, 4)
    def forward(self, x):
        y, last = self.gru(self.lstm(self.table(x))[0])
        return self.head(y[:, -1]), last

def exported(module, example, opset, axes):
    file = io.BytesIO()
    # Training mode keeps BatchNormalization a node of its own; its statistics stay those of inference.
    torch.onnx.export(module.eval(), example, file, opset_version=opset, input_names=['x'], do_constant_folding=False,
                      training=torch.onnx.TrainingMode.PRESERVE, dynamic_axes={'x': axes} if axes else None)
    return base64.b64encode(file.getvalue()).decode()

image, words = torch.randn(2, 3, 16, 20), torch.randint(0, 50, (2, 9))
json.dump({
    'encoder': exported(Encoder(), torch.randn(2, 7, 32), 13, {0: 'batch', 1: 'length'}),
    'attention': exported(Attention(), torch.randn(2, 6, 16), 17, {0: 'batch', 1: 'length'}),
    'unet': exported(Unet(), image, 11, None),
    'text': exported(Text(), words, 11, {0: 'batch', 1: 'length'}),
}, sys.stdout)
`;

export type ExportName = 'encoder' | 'attention' | 'unet' | 'text';

/** The exported models by name. */
export function pytorchExports(python: string): Record<ExportName, Model> {
  const files = runPython(python, SCRIPT, {}) as Record<ExportName, string>;
  const models = Object.entries(files).map(([name, text]) => [name, readModel(Buffer.from(text, 'base64'))]);
  return Object.fromEntries(models);
}
