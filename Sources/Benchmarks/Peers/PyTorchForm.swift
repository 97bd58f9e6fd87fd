/// The ways in which people run PyTorch on a processor.
enum PyTorchForm: String, CaseIterable {
    /// As MMClassification runs it.
    case nchw = "nchw_fp32"
    case channelsLast = "channels_last_fp32"
    /// Under autocast.
    case channelsLastBF16 = "channels_last_bf16"
    case compiled = "compiled_channels_last_fp32"
    case compiledBF16 = "compiled_channels_last_bf16"

    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// PyTorch in this form on a workload.
    func peer(_ workload: StepWorkload, python: String, threads: Int) -> Peer {
        let model = workload.model
        let arguments: [String: Any] = [
            "blocks": ModelShape.blocks[model.depth] ?? [], "bottleneck": model.isBottleneck,
            "small": model.isForSmallImages, "base": model.baseChannels, "classes": model.classes,
            "batch": workload.batch, "size": workload.size, "threads": threads,
            "training": workload.isTraining, "channels_last": self != .nchw,
            "bf16": self == .channelsLastBF16 || self == .compiledBF16,
            "compile": self == .compiled || self == .compiledBF16,
        ]
        return Peer(library: "PyTorch", name: rawValue) {
            try PythonChild(python, .step, arguments)
        }
    }
}

extension PythonScript {
    /// The step of a residual network.
    static let step = PythonScript(
        #"""
        def build(options):
            from torch import nn
            import torch.nn.functional as F

            class Block(nn.Module):
                def __init__(self, inputs, width, stride):
                    super().__init__()
                    if options['bottleneck']:
                        outputs = width * 4
                        shapes = [(inputs, width, 1, 1), (width, width, 3, stride),
                                  (width, outputs, 1, 1)]
                    else:
                        outputs = width
                        shapes = [(inputs, width, 3, stride), (width, outputs, 3, 1)]
                    self.convs = nn.ModuleList(
                        nn.Conv2d(i, o, k, s, k // 2, bias=False) for i, o, k, s in shapes)
                    self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _ in shapes)
                    self.shortcut = None
                    if stride != 1 or inputs != outputs:
                        self.shortcut = nn.Sequential(
                            nn.Conv2d(inputs, outputs, 1, stride, bias=False),
                            nn.BatchNorm2d(outputs))
                    self.outputs = outputs

                def forward(self, x):
                    y = x
                    for place, (conv, norm) in enumerate(zip(self.convs, self.norms)):
                        y = norm(conv(y))
                        if place + 1 < len(self.convs):
                            y = F.relu(y, inplace=True)
                    return F.relu(y + (self.shortcut(x) if self.shortcut else x), inplace=True)

            base = options['base']
            if options['small']:
                layers = [nn.Conv2d(3, base, 3, 1, 1, bias=False), nn.BatchNorm2d(base),
                          nn.ReLU(True)]
            else:
                layers = [nn.Conv2d(3, base, 7, 2, 3, bias=False), nn.BatchNorm2d(base),
                          nn.ReLU(True), nn.MaxPool2d(3, 2, 1)]
            channels = base
            for stage, count in enumerate(options['blocks']):
                for place in range(count):
                    stride = 2 if stage and not place else 1
                    layers.append(Block(channels, base * 2 ** stage, stride))
                    channels = layers[-1].outputs
            layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                       nn.Linear(channels, options['classes'])]
            return nn.Sequential(*layers)


        def prepare(options):
            import shutil
            if options['compile'] and not shutil.which(os.environ.get('CXX', 'g++')):
                if not shutil.which('c++'):
                    raise RuntimeError('torch.compile needs a C++ compiler, and there is none')
                os.environ['CXX'] = 'c++'
            import torch
            import torch.nn.functional as F
            torch.set_num_threads(options['threads'])
            torch.manual_seed(0)
            model = build(options).train(options['training'])
            images = torch.randn(options['batch'], 3, options['size'], options['size'])
            labels = torch.arange(options['batch']) % options['classes']
            if options['channels_last']:
                model = model.to(memory_format=torch.channels_last)
                images = images.to(memory_format=torch.channels_last)
            optimizer = torch.optim.SGD(
                model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
            forward = torch.compile(model) if options['compile'] else model

            def autocast():
                return torch.autocast('cpu', torch.bfloat16, enabled=options['bf16'])

            def train():
                with autocast():
                    loss = F.cross_entropy(forward(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss.item()

            def evaluate():
                with torch.no_grad(), autocast():
                    F.softmax(forward(images), 1).numel()

            step = train if options['training'] else evaluate

            def work():
                start = time.perf_counter()
                step()
                return time.perf_counter() - start

            return f'PyTorch {torch.__version__}', work
        """#)
}
