public import TorchFile

/// Moves one setting of an optimizer's groups (`lr`, `momentum`) as training goes on.
///
/// Several of them work on the same groups: each changes the value that it finds there. How a run uses
/// them: build the list with `ParameterSchedulers` once the optimizer is there (which sets the values of
/// the first step), then call its `stepIteration()` after each training iteration, its `stepEpoch()`
/// after each training epoch, and its `step(metrics:)` after each validation.
///
/// Source: MMEngine's `_ParamScheduler`.
public protocol ParameterScheduler: AnyObject {
    /// The name under which configs know it, such as `MultiStepLR`.
    var typeName: String { get }
    /// The setting that it moves.
    var parameter: ScheduledParameter { get }
    /// Whether it steps after epochs; else after iterations.
    var byEpoch: Bool { get }
    /// How often it has stepped.
    var stepCount: Int { get }
    /// What its config says, under MMEngine's names: equal settings mean the same schedule.
    var settings: [(name: String, value: TorchValue)] { get }
    /// The values its groups had when it was built.
    var baseValues: [Double] { get }
    /// What a checkpoint keeps of it, as MMEngine writes it.
    var state: TorchDictionary { get }

    /// Moves the groups' values by one step.
    ///
    /// - Throws: An error where the schedule has no value for the step.
    func step() throws
    /// Looks at the metrics of a validation; by default nothing.
    ///
    /// - Throws: An error where the metric it watches is not among them.
    func step(metrics: [String: Double]) throws
    /// Begins anew, from the values that the groups have now.
    func restart() throws
    /// Goes on from the progress that a checkpoint kept; the settings stay as configured.
    ///
    /// Errors: throws where the state lacks what it should hold.
    func resume(_ saved: TorchDictionary) throws
}

extension ParameterScheduler {
    /// Looks at nothing.
    public func step(metrics: [String: Double]) throws {}
}
