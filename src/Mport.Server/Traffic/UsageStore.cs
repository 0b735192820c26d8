using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Data;

namespace Mport.Server.Traffic;

/// <summary>All queries about usage.</summary>
internal sealed class UsageStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    // Of one statement: few enough for any limit on parameters.
    private const int RowsTogether = 40;
    private const int Columns = 11;

    // PostgreSQL and SQLite say it alike. What another edge has written meanwhile is added to, not written over.
    private const string Insert =
        """
        INSERT INTO usage (step, start, account_id, token_id, tunnel_id, bytes_in, bytes_out, connections, requests, datagrams_in, datagrams_out) VALUES
        """;

    private const string AddToWhatIsThere =
        """
         ON CONFLICT (account_id, step, start, tunnel_id, token_id) DO UPDATE SET
        bytes_in = usage.bytes_in + excluded.bytes_in, bytes_out = usage.bytes_out + excluded.bytes_out,
        connections = usage.connections + excluded.connections, requests = usage.requests + excluded.requests,
        datagrams_in = usage.datagrams_in + excluded.datagrams_in, datagrams_out = usage.datagrams_out + excluded.datagrams_out
        """;

    /// <summary>
    /// Adds a batch to the minutes, hours and days, all or nothing. Whoever does not know whether it was written may try again: it counts once.
    /// </summary>
    /// <param name="writer">The run of the edge.</param>
    /// <param name="batch">The batch; one run writes them in their order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WriteAsync(string writer, UsageBatch batch, CancellationToken cancellationToken) =>
        contexts.DecideAsync(context => WriteAsync(context, writer, batch, cancellationToken), cancellationToken);

    /// <summary>What was counted, by time and what the query wants it by, in the order of time.</summary>
    public async Task<IReadOnlyList<UsagePoint>> ReadAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var (from, to) = (query.From.ToUnixTimeSeconds(), query.To.ToUnixTimeSeconds());
        var rows = context.Usage.Where(row => row.Step == query.Step && row.Start >= from && row.Start < to);
        rows = query.AccountId is { } account ? rows.Where(row => row.AccountId == account) : rows;
        rows = query.TunnelId is { } tunnel ? rows.Where(row => row.TunnelId == tunnel) : rows;
        rows = query.TeamId is { } team ? rows.Where(row => context.Tunnels.Where(t => t.TeamId == team).Select(t => t.Id).Contains(row.TunnelId)) : rows;
        rows = query.TokenId is { } token ? rows.Where(row => row.TokenId == token) : rows;
        var keyed = query.By switch
        {
            UsageBy.Tunnel => rows.Select(row => new { row, Key = (string)(object)row.TunnelId }),
            UsageBy.Token => rows.Select(row => new { row, Key = (string)(object)row.TokenId }),
            UsageBy.Account => rows.Select(row => new { row, Key = (string)(object)row.AccountId }),
            _ => rows.Select(row => new { row, Key = "" }),
        };
        var points = await keyed.GroupBy(one => new { one.row.Start, one.Key }, one => one.row)
            .OrderBy(group => group.Key.Start).ThenBy(group => group.Key.Key)
            .Select(group => new
            {
                group.Key.Start,
                group.Key.Key,
                BytesIn = group.Sum(row => row.BytesIn),
                BytesOut = group.Sum(row => row.BytesOut),
                Connections = group.Sum(row => row.Connections),
                Requests = group.Sum(row => row.Requests),
                DatagramsIn = group.Sum(row => row.DatagramsIn),
                DatagramsOut = group.Sum(row => row.DatagramsOut),
            })
            .Take(query.Limit)
            .ToListAsync(cancellationToken);
        return
        [
            .. points.Select(point => new UsagePoint(
                DateTimeOffset.FromUnixTimeSeconds(point.Start),
                query.By is UsageBy.Nothing ? null : point.Key,
                new UsageCount(point.BytesIn, point.BytesOut, point.Connections, point.Requests, point.DatagramsIn, point.DatagramsOut))),
        ];
    }

    /// <summary>Removes what is older than it is kept, and the marks of edges that ended long ago.</summary>
    public async Task<int> TrimAsync(UsageOptions options, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var removed = 0;
        foreach (var step in UsageSteps.All)
        {
            var before = (now - options.KeepOf(step)).ToUnixTimeSeconds();
            removed += await context.Usage.Where(row => row.Step == step && row.Start < before).ExecuteDeleteAsync(cancellationToken);
        }

        var longAgo = (now - options.KeepMinutes).ToUnixTimeSeconds();
        await context.UsageWriters.Where(row => row.WrittenAt < longAgo).ExecuteDeleteAsync(cancellationToken);
        return removed;
    }

    private async Task<bool> WriteAsync(EdgeDbContext context, string writer, UsageBatch batch, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!await TryAdvanceAsync(context, writer, batch.Number, cancellationToken))
        {
            return false;
        }

        foreach (var rows in Sum(batch).Chunk(RowsTogether))
        {
            await context.Database.ExecuteSqlRawAsync(StatementFor(rows.Length), rows.SelectMany(Values), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<bool> TryAdvanceAsync(EdgeDbContext context, string writer, long number, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var advanced = await context.UsageWriters.Where(row => row.Id == writer && row.Number < number)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Number, number).SetProperty(row => row.WrittenAt, now), cancellationToken);
        if (advanced > 0)
        {
            return true;
        }

        if (await context.UsageWriters.AnyAsync(row => row.Id == writer, cancellationToken))
        {
            return false;
        }

        context.UsageWriters.Add(new UsageWriterRow { Id = writer, Number = number, WrittenAt = now });
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    // In the order of the key, so that two edges that write at once wait for each other and never in a circle.
    private static IEnumerable<KeyValuePair<Place, UsageCount>> Sum(UsageBatch batch)
    {
        var sums = new Dictionary<Place, UsageCount>();
        foreach (var ((key, minute), count) in batch.Counts)
        {
            foreach (var step in UsageSteps.All)
            {
                var place = new Place(key.AccountId.Value, (int)step, step.StartOf(minute).ToUnixTimeSeconds(), key.TunnelId.Value, key.TokenId.Value);
                sums[place] = sums.GetValueOrDefault(place) + count;
            }
        }

        return sums.OrderBy(pair => pair.Key);
    }

    private static IEnumerable<object> Values(KeyValuePair<Place, UsageCount> row) =>
    [
        row.Key.Step, row.Key.Start, row.Key.Account, row.Key.Token, row.Key.Tunnel,
        row.Value.BytesIn, row.Value.BytesOut, row.Value.Connections, row.Value.Requests, row.Value.DatagramsIn, row.Value.DatagramsOut,
    ];

    private static string StatementFor(int rows)
    {
        var text = new StringBuilder(Insert);
        for (var row = 0; row < rows; row++)
        {
            text.Append(row == 0 ? " (" : ", (");
            for (var column = 0; column < Columns; column++)
            {
                text.Append(column == 0 ? "{" : ", {").Append(((row * Columns) + column).ToString(CultureInfo.InvariantCulture)).Append('}');
            }

            text.Append(')');
        }

        return text.Append(AddToWhatIsThere).ToString();
    }

    private readonly record struct Place(string Account, int Step, long Start, string Tunnel, string Token) : IComparable<Place>
    {
        public int CompareTo(Place other)
        {
            var account = string.CompareOrdinal(Account, other.Account);
            var order = account != 0 ? account : (Step, Start).CompareTo((other.Step, other.Start));
            var tunnel = order != 0 ? order : string.CompareOrdinal(Tunnel, other.Tunnel);
            return tunnel != 0 ? tunnel : string.CompareOrdinal(Token, other.Token);
        }
    }
}
