import ConfigCore
import Foundation

/// What a classifier says of an image.
///
/// Source: `inference_model` of MMClassification 0.x.
public struct Prediction: Sendable, Equatable {
    /// The image's file.
    public let image: String
    /// The best-scored class, from 0.
    public let predLabel: Int
    /// Its score.
    public let predScore: Float
    /// Its name; its number as text where names are not known.
    public let predClass: String
    /// The scores of all classes.
    public let predScores: [Float]

    init(_ image: String, scores: [Float], classNames: [String]?) {
        let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
        self.image = image
        predLabel = best
        predScore = scores.isEmpty ? 0 : scores[best]
        predScores = scores
        let names = classNames ?? []
        predClass = names.indices.contains(best) ? names[best] : "\(best)"
    }
}

extension Prediction {
    /// A line an image: file, class and score.
    public static func lines(_ predictions: [Prediction]) -> String {
        predictions.map {
            "\($0.image): \($0.predClass) \(String(format: "%.4f", $0.predScore))"
        }.joined(separator: "\n")
    }

    /// A JSON list with the original's names for each image.
    public static func json(_ predictions: [Prediction]) -> String {
        let parts = predictions.map { prediction in
            ConfigNode(
                .mapping(
                    ConfigMapping([
                        (key: "image", node: ConfigNode(.string(prediction.image))),
                        (key: "pred_label", node: ConfigNode(.int(prediction.predLabel))),
                        (
                            key: "pred_score",
                            node: ConfigNode(.double(Double(prediction.predScore)))
                        ),
                        (key: "pred_class", node: ConfigNode(.string(prediction.predClass))),
                    ])))
        }
        return ConfigWriter.json(ConfigNode(.list(parts)))
    }
}
