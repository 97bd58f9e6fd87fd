import ConfigCore
import Experiments
import Testing

private struct LoopCase: Sendable, CustomTestStringConvertible {
    let loop: TrainLoopConfig
    let length: Int?
    let workflow: String
    var testDescription: String { "\(loop)" }

    init(_ loop: TrainLoopConfig, length: Int? = 2, _ workflow: String) {
        self.loop = loop
        self.length = length
        self.workflow = workflow
    }

    static let all = [
        LoopCase(.init(byEpoch: true, maximum: 10), "train 1, val 1"),
        LoopCase(.init(byEpoch: true, maximum: 10), length: nil, "train 1"),
        LoopCase(
            .init(byEpoch: true, maximum: 10, validationInterval: 3), "train 3, val 1"),
        LoopCase(
            .init(byEpoch: true, maximum: 10, validationBegin: 4, validationInterval: 3),
            "train 6, val 1, train 3, val 1, train 1, val 1"),
        LoopCase(
            .init(byEpoch: true, maximum: 10, validationBegin: 11), "train 1"),
        LoopCase(
            .init(byEpoch: false, maximum: 100, validationInterval: 30), length: 6,
            "train 30, val 6"),
        LoopCase(
            .init(
                byEpoch: true, maximum: 10, validationInterval: 3, dynamicIntervals: [(6, 1)]),
            "train 3, val 1, train 2, val 1, train 1, val 1, train 1, val 1, train 1, val 1, train 1, val 1, train 1, val 1"
        ),
    ]
}

@Suite("train_cfg becomes a workflow")
struct WorkflowAdapterTests {
    @Test("the shortest list that visits the same validations", arguments: LoopCase.all)
    private func workflow(_ c: LoopCase) {
        let workflow = WorkflowAdapter.workflow(for: c.loop, validationLength: c.length)
        #expect(workflow.map { "\($0.0) \($0.1)" }.joined(separator: ", ") == c.workflow)
        // Going through the list as the runners do visits what the loop says.
        var (done, visits) = (0, [Int]())
        while done < c.loop.maximum {
            for (phase, count) in workflow {
                if phase == "train" {
                    done = min(c.loop.maximum, done + count)
                } else {
                    visits.append(done)
                }
            }
        }
        #expect(visits == (c.length == nil ? [] : c.loop.validatedAfter))
    }

    @Test("mistakes in train_cfg")
    func mistakes() {
        #expect(
            message(["by_epoch": true, "max_epoch": 3])
                == "train_cfg.max_epoch: unknown key; did you mean max_epochs?")
        #expect(
            message(["by_epoch": true, "type": "EpochBasedTrainLoop", "max_epochs": 3])
                == "train_cfg.by_epoch: given beside type; keep one of the two")
        #expect(
            message(["by_epoch": true, "max_epochs": 3, "val_interval": 0])
                == "train_cfg.val_interval: an interval of 0 never comes due; leave out val_cfg, val_dataloader and val_evaluator to train without validation"
        )
        #expect(
            message(["by_epoch": true, "max_epochs": 2.5])
                == "train_cfg.max_epochs: expected an integer, got the number 2.5")
    }

    private func message(_ node: ConfigNode) -> String {
        do {
            _ = try TrainLoopConfig(node)
            return "no error"
        } catch { return "\(error)" }
    }
}
