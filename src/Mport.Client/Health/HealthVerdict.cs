namespace Mport.Client.Health;

/// <summary>Whether a target is well, and what the last check found. Immutable.</summary>
/// <param name="Healthy">Whether it is well.</param>
/// <param name="Text">What the check that led to the verdict found.</param>
internal sealed record HealthVerdict(bool Healthy, string Text);
