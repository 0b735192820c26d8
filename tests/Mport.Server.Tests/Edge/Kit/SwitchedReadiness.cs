using Mport.Server.Edge.Http;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>Ready until told otherwise.</summary>
internal sealed class SwitchedReadiness : IReadiness
{
    public string? Obstacle { get; set; }

    public ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Obstacle);
}
