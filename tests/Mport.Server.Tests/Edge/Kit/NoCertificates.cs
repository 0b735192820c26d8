using Microsoft.Extensions.Logging;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Certificates;
using Mport.Server.Data;
using Mport.Server.Domains;
using Mport.Server.Events;
using Mport.Server.Metrics;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Edge.Kit;

/// <summary>An edge that gets no certificates from anybody.</summary>
internal static class NoCertificates
{
    public static EdgeCertificates Create(EdgeMeters meters, ILoggerFactory loggers, TimeProvider time) => new(
        options: null, "edge.test", new CertificateStore(new NoDatabase(), time), new CertificateSeal(Path.GetTempPath()), new ProvenHosts(), new NoEvents(), meters, loggers, time);

    private sealed class NoDatabase : IDbContextFactory<EdgeDbContext>
    {
        public EdgeDbContext CreateDbContext() => throw new InvalidOperationException("Nobody asks for certificates.");
    }

    private sealed class NoEvents : IEventLog
    {
        public void Record(EdgeEvent happened)
        {
        }

        public Task RecordAsync(EdgeEvent happened, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
