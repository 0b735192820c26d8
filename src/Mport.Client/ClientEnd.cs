using Mport.Protocol.Errors;

namespace Mport.Client;

/// <summary>How a run of the engine ended.</summary>
/// <param name="Failure">What ended it, or null for a clean stop that was asked for.</param>
public sealed record ClientEnd(Failure? Failure);
