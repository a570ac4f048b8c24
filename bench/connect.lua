-- What wrk sends: connect requests, each of a new user, account, workspace and token.
--
--   wrk ... -s connect.lua http://HOST:PORT/PATH -- AUTHORIZATION FIRST [LIMIT]
--
-- FIRST is the number of the first request: runs with other numbers are other users. After LIMIT
-- answers it says "enough" and sends no more; SIGINT then ends wrk, which else sleeps on. All requests have the same length, so that one head fits all. The names are made of numbers that are spread as
-- if by chance, each once: what a real day brings hits an index all over. At the end one JSON line
-- says what was measured; how that is judged is rows.py's.

local PRIME = 2147483647
local number
local head

-- A permutation of 0 .. PRIME - 1; the product stays within the 53 bits of a double.
local function spread(n, factor)
	local x = n * factor % PRIME

	x = bit.bxor(x, bit.rshift(x, 15))
	return x * factor % PRIME
end

local function body(n)
	local domain = string.format("%010d", spread(n, 3999971))
	local workspace = string.format("1%010d", spread(n, 2718281))
	local user = string.format("1%010d", spread(n, 3141592))
	local host = "bench-" .. domain .. ".cloud.databricks.com"

	return '{"user_info":{"email":"ada.lovelace@company-' .. domain .. '.example",' ..
		'"first_name":"Ada","last_name":"Lovelace","databricks_user_id":' .. user ..
		',"databricks_organization_id":' .. workspace ..
		',"is_connection_established":false,"auth":{"personal_access_token":' ..
		'"bench-not-a-token-' .. domain .. '","oauth_token":null,"oauth_scope":null}},' ..
		'"connection_id":null,"hostname":"' .. host .. '","port":443,' ..
		'"workspace_url":"https://' .. host .. '/?o=' .. workspace ..
		'","workspace_id":' .. workspace .. ',"demo":false,"cloud_provider":"aws",' ..
		'"cloud_provider_region":"us-west-2","is_free_trial":false,' ..
		'"http_path":"/sql/1.0/warehouses/00000000example",' ..
		'"jdbc_url":"jdbc:spark://' .. host .. ':443/default;transportMode=http;ssl=1;' ..
		'httpPath=/sql/1.0/warehouses/00000000example;AuthMech=3",' ..
		'"databricks_jdbc_url":"jdbc:databricks://' .. host ..
		':443/default;transportMode=http;ssl=1;' ..
		'httpPath=/sql/1.0/warehouses/00000000example;AuthMech=3",' ..
		'"cluster_id":"00000000example","is_sql_endpoint":true,"is_sql_warehouse":true,' ..
		'"destination_location":"s3://bench-lake/landing","catalog_name":"main",' ..
		'"database_name":null,"data_source_connector":null,"service_principal_id":null,' ..
		'"service_principal_oauth_secret":null,"oauth_u2m_app_id":null,' ..
		'"connection_scope":"workspace"}'
end

-- Only then: whoever has response() makes wrk keep the fields of every answer.
local function stop_after(limit)
	local answered = 0

	function response()
		answered = answered + 1
		if answered == limit then
			io.write("enough\n")
			io.flush()
			wrk.thread:stop()
		end
	end
end

function init(arguments)
	number = tonumber(arguments[2])
	head = "POST " .. wrk.path .. " HTTP/1.1\r\n" ..
		"Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n" ..
		"Authorization: " .. arguments[1] .. "\r\n" ..
		"User-Agent: partner-connect-bench\r\n" ..
		"Content-Type: application/json\r\n" ..
		"Accept: */*\r\n" ..
		"Content-Length: " .. #body(number) .. "\r\n\r\n"
	if arguments[3] then
		stop_after(tonumber(arguments[3]))
	end
end

function request()
	number = number + 1
	return head .. body(number)
end

function done(summary, latency)
	local failed = summary.errors

	io.write(string.format('{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,' ..
		'"max_us":%d,"failed":%d,"timeouts":%d}\n',
		summary.requests, summary.duration, latency:percentile(50),
		latency:percentile(99), latency.max,
		failed.connect + failed.read + failed.write + failed.status, failed.timeout))
end
