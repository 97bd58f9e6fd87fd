import Foundation

/// The same training step in PyTorch, in a process of its own.
struct PyTorchTrainStep {
    let python: String
    let preset: Preset
    let batchSize: Int
    let threads: Int
    let warmup: Int
    let repeats: Int

    /// The measured times, or why there are none.
    enum Result {
        case measured(Measurement, version: String)
        case unavailable(String)
    }

    func run() throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            python, "-", "\(preset.depth)", "\(preset.baseChannels)", "\(preset.classes)",
            preset.isCifarForm ? "cifar" : "imagenet", "\(preset.imageSize)", "\(batchSize)",
            "\(threads)", "\(warmup)", "\(repeats)",
        ]
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(Self.script.utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let last = String(decoding: message, as: UTF8.self).split(separator: "\n").last
            return .unavailable(last.map(String.init) ?? "\(python) failed")
        }
        let words = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return .measured(
            Measurement(seconds: words.dropFirst().compactMap { Double($0) }),
            version: words.first.map(String.init) ?? "")
    }

    /// Plain PyTorch as MMClassification runs it: NCHW, single precision, SGD with momentum.
    private static let script = """
        import sys, time
        import torch
        from torch import nn
        import torch.nn.functional as F

        depth, base, classes = (int(v) for v in sys.argv[1:4])
        form = sys.argv[4]
        size, batch, threads, warmup, repeats = (int(v) for v in sys.argv[5:10])
        torch.set_num_threads(threads)
        torch.manual_seed(0)

        class Block(nn.Module):
            def __init__(self, inputs, width, stride, bottleneck):
                super().__init__()
                outputs = width * (4 if bottleneck else 1)
                shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)] \\
                    if bottleneck else [(inputs, width, 3, stride), (width, outputs, 3, 1)]
                self.convs = nn.ModuleList(
                    nn.Conv2d(i, o, k, s, k // 2, bias=False) for i, o, k, s in shapes)
                self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _ in shapes)
                self.shortcut = None
                if stride != 1 or inputs != outputs:
                    self.shortcut = nn.Sequential(
                        nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

            def forward(self, x):
                y = x
                for n, (conv, norm) in enumerate(zip(self.convs, self.norms)):
                    y = norm(conv(y))
                    if n + 1 < len(self.convs):
                        y = F.relu(y, inplace=True)
                return F.relu(y + (self.shortcut(x) if self.shortcut else x), inplace=True)

        bottleneck = depth == 50
        counts = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}[depth]
        stem = [nn.Conv2d(3, base, 3, 1, 1, bias=False), nn.BatchNorm2d(base), nn.ReLU(True)] \\
            if form == 'cifar' else [nn.Conv2d(3, base, 7, 2, 3, bias=False), nn.BatchNorm2d(base),
                                     nn.ReLU(True), nn.MaxPool2d(3, 2, 1)]
        layers, channels = list(stem), base
        for stage, count in enumerate(counts):
            width = base * 2 ** stage
            for n in range(count):
                layers.append(Block(channels, width, 2 if stage and not n else 1, bottleneck))
                channels = width * (4 if bottleneck else 1)
        layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
        model = nn.Sequential(*layers)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
        images = torch.randn(batch, 3, size, size)
        labels = torch.arange(batch) % classes
        times = []
        for n in range(warmup + repeats):
            start = time.perf_counter()
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
            if n >= warmup:
                times.append(time.perf_counter() - start)
        print(torch.__version__, *times)
        """
}
