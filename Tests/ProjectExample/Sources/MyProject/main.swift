import Foundation
import MMRunner

// Configs name these beside all that MMRunner brings.
var registries = Registries.standard()
registries.models.classifiers.register("MyModel") { reader, context in
    try MyModel(layers: reader.value("layers", default: 2), context.value(), context.value())
}
registries.datasets.register("MyDataset") { reader, _ in
    MyDataset(
        size: try reader.required("size"),
        seed: UInt64(try reader.value("seed", default: 0) as Int))
}
registries.metrics.register("MyMetric") { _, _ in MyMetric() }
registries.hooks.register("MyHook") { _, _ in MyHook() }

// The commands of MMRunner: train, test, print-config …
exit(run(arguments: Array(CommandLine.arguments.dropFirst()), registries: registries))
