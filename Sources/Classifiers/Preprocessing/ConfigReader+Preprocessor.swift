public import ConfigCore
public import TrainingInterfaces

extension ConfigReader {
    /// Builds what a model's config names under `data_preprocessor`, if anything.
    public mutating func dataPreprocessor(_ context: BuildContext) throws
        -> (any DataPreprocessor)?
    {
        let registry = try context.value(Registry<any DataPreprocessor>.self)
        return try build("data_preprocessor", from: registry, context)
    }
}
