// One training step after the other of a small transformer: twelve layers of attention, folded until you open them.
import { format, manualSeed, nn, optim, randint, type Tensor } from "backstep";

manualSeed(0);

const words = 20;
const width = 16;

class Model extends nn.Module {
  embed = new nn.Embedding(words, width);
  layers = new nn.ModuleList(
    Array.from({ length: 12 }, () => new nn.TransformerEncoderLayer(width, 4, { dimFeedforward: 32, dropout: 0 })),
  );
  head = new nn.Linear(width, words);

  forward(tokens: Tensor) {
    let x = this.embed(tokens);
    for (const layer of this.layers) x = layer(x);
    return this.head(x);
  }
}

const model = new Model();
const optimizer = new optim.Adam(model.parameters(), { lr: 0.003 });
const loss = new nn.CrossEntropyLoss();

// Two sentences of five words; the model is to say each of them backwards.
const sentences = randint(0, words, [5, 2]);
const backwards = sentences.flip(0);

for (let step = 0; step < 3; step++) {
  const scores = model(sentences);
  const l = loss(scores.reshape(-1, words), backwards.reshape(-1));

  l.backward();

  optimizer.step();
  optimizer.zeroGrad();
  console.log(`step ${step + 1}: loss = ${format(l, 4)}`);
}
