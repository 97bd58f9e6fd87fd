public import ConfigCore

/// The data sets this package brings, by the names configs use.
public let standardDatasets: Registry<any Dataset> = {
    var registry = Registry<any Dataset>("dataset")
    registry.register("CustomDataset") { reader, context in
        try CustomDataset(from: &reader, context)
    }
    registry.register("RepeatDataset") { reader, context in
        try RepeatDataset(from: &reader, context)
    }
    return registry
}()
