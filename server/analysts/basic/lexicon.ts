import type { ChartKind } from '../../../contract/chart.ts'
import type { Aggregate, Cycle, Grain } from '../../../contract/plan.ts'
import { Phrasebook } from './phrasebook.ts'

/** What a word of the language does in a question, whatever the data is. */
export type Role =
  | { readonly role: 'aggregate'; readonly aggregate: Aggregate }
  | {
      readonly role:
        | 'by'
        | 'trend'
        | 'not'
        | 'and'
        | 'or'
        | 'list'
        | 'which'
        | 'sort'
        | 'only'
        | 'distinct'
        | 'is'
        | 'where'
        | 'rows'
        | 'filler'
        | 'between'
        | 'about'
        | 'null'
        | 'also'
        | 'unsupported'
    }
  | { readonly role: 'grain' | 'unit'; readonly grain: Grain }
  | { readonly role: 'cycle'; readonly cycle: Cycle }
  | { readonly role: 'superlative'; readonly descending: boolean; readonly counts?: boolean; readonly time?: boolean }
  | { readonly role: 'top' | 'direction'; readonly descending: boolean }
  | { readonly role: 'compare'; readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' }
  | { readonly role: 'chart'; readonly kind: ChartKind }

const { say, meaningOf } = new Phrasebook<Role>()

say(
  { role: 'aggregate', aggregate: 'count' },
  'how many,number of,count of,count,counts,total number of,the number of,amount of rows,total count of,overall number of,total count',
)
say(
  { role: 'aggregate', aggregate: 'sum' },
  'total,totals,sum,sum of,total of,sum up,add up,overall,combined,how much,in total,altogether',
)
say({ role: 'aggregate', aggregate: 'average' }, 'average,averages,mean,avg,average of,on average,mean of,typical')
say({ role: 'aggregate', aggregate: 'min' }, 'minimum,min,minimal,minimum of')
say({ role: 'aggregate', aggregate: 'max' }, 'maximum,max,maximal,maximum of')
say(
  { role: 'by' },
  'by,per,for each,for every,in each,in every,of each,at each,on each,each,every,grouped by,group by,broken down by,break down by,breakdown by,split by,across,by each,across all,for all the different,for the different,across the different,in the different,in terms of,within each',
)
say({ role: 'trend' }, 'over time,trend,trends,as a trend,over the time,through time,over the period,development')
say({ role: 'not' }, 'not,except,excluding,without,other than,except for,exclude,is not,are not,not in,not from,isn,aren,but not')
say({ role: 'null' }, 'missing,empty,blank,no value for,with no,null')
say({ role: 'and' }, 'and,as well as,along with,together with,with their,and their,and its,and the,plus')
say({ role: 'or' }, 'or')
say(
  { role: 'list' },
  'show,list,give,display,return,find,get,see,select,tell,print,show me,give me,tell me,list out,fetch,report,present,view,draw,plot,chart,graph,visualize,visualise',
)
say({ role: 'which' }, 'which,who,what,whose')
say(
  { role: 'sort' },
  'sorted by,sort by,ordered by,order by,sort,sorted,ranked by,rank by,arranged by,in order of,sort them by,order them by,in the order of,sort it by',
)
say(
  { role: 'direction', descending: true },
  'descending,desc,in descending order,highest first,largest first,biggest first,descending by,in descending order of,in descending order by,in the descending order of,decreasing,newest first,latest first,high to low,from high to low',
)
say(
  { role: 'direction', descending: false },
  'ascending,asc,in ascending order,lowest first,smallest first,ascending by,in ascending order of,in ascending order by,increasing,oldest first,alphabetically,alphabetically ordered,alphabetically sorted,ordered alphabetically,sorted alphabetically,in alphabetical order,alphabetical order,low to high,in alphabetical order of,in the alphabetical order of,in the ascending order of',
)
say({ role: 'only' }, 'only,just')
say({ role: 'about' }, 'what about,how about,and what about,and how about,same for,the same for')
say({ role: 'also' }, 'also,and also,and by,also by,additionally,and per,in addition')
say({ role: 'distinct' }, 'distinct,different,unique')
say({ role: 'is' }, 'is,are,was,were,equals,equal to,equal,is equal to,being,named,called,of exactly,exactly')
say(
  { role: 'where' },
  'where,whose,with,that have,that has,having,when,which have,who have,which has,who has,with a,with an,with any,used a,used an,using a,using an,use a,have a,have an,has a,has an',
)
say(
  { role: 'rows' },
  'readings,reading,measurements,measurement,observations,observation,transactions,transaction,rows,row,records,record,entries,entry,lines,items in total,data,everything,all of it,all info,all information,information',
)
say(
  { role: 'filler' },
  'a,an,the,of,in,for,from,to,on,at,there,do,does,did,have,has,had,be,been,all,any,some,me,i,we,us,our,my,you,your,can,could,would,please,that,this,these,those,it,its,their,they,them,want,need,like,know,how,much,so,now,then,with respect to,also please,let,s,hello,hi,hey,thanks,thank,question,value,values,result,results,overview,placed,made,make,makes,sold,happened,occurred,recorded,exist,exists,come,came,generated,got,get,gets,given,available,in the data,in the table,in this table,table,dataset,as,go,went,received,instead,shown,belonging to,belong to,by the way,located,during,within,will,should,along,were there,are there,details,corresponding,respective,respectively',
)
say(
  { role: 'compare', operator: '>' },
  'over,above,more than,greater than,larger than,bigger than,higher than,exceeding,exceeds,exceed,>,older than,longer than,is more than,is greater than,is above,is over,was above,was over',
)
say(
  { role: 'compare', operator: '>=' },
  'at least,>=,≥,no less than,not less than,minimum of at least,or more than,greater than or equal to,from at least',
)
say(
  { role: 'compare', operator: '<' },
  'under,below,less than,fewer than,smaller than,lower than,<,younger than,shorter than,cheaper than,is less than,is below,is under,was below,was under',
)
say({ role: 'compare', operator: '<=' }, 'at most,<=,≤,no more than,not more than,up to,less than or equal to')
say({ role: 'compare', operator: '=' }, '=')
say({ role: 'compare', operator: '!=' }, '!=,<>')
say({ role: 'compare', operator: 'contains' }, 'contains,containing,contain,including,include,with the word,has the word')
say({ role: 'between' }, 'between,is between,ranging from,in the range')
say({ role: 'top', descending: true }, 'top,the top,best,first')
say({ role: 'top', descending: false }, 'bottom,the bottom,worst')
say({ role: 'superlative', descending: true }, 'highest,largest,biggest,greatest,maximum number of,top scoring')
say({ role: 'superlative', descending: false }, 'lowest,smallest')
say(
  { role: 'superlative', descending: true, counts: true },
  'most,most number of,highest number of,largest number of,greatest number of,most common,most frequent,the most,most popular,most often',
)
say(
  { role: 'superlative', descending: false, counts: true },
  'fewest,least,lowest number of,smallest number of,fewest number of,least number of,least common,least frequent,rarest,least popular',
)
say({ role: 'superlative', descending: true, time: true }, 'latest,newest,most recent')
say({ role: 'superlative', descending: false, time: true }, 'earliest,oldest,least recent')
say(
  { role: 'unsupported' },
  'compare,percentage,percent,share,ratio,median,correlation,forecast,predict,why,growth,cumulative,running total,percentage of,share of,proportion,compared,compared to,compared with,versus,vs,difference,never,neither,nor,either,both,half,twice,double,than,standard deviation,variance,next,previous',
)

for (const [kind, words] of [
  ['line', 'line,lines'],
  ['area', 'area'],
  ['bar', 'bar,bars,column'],
  ['scatter', 'scatter,dots,points'],
  ['pie', 'pie'],
  ['donut', 'donut,doughnut,ring'],
  ['heatmap', 'heatmap,heat map'],
  ['funnel', 'funnel'],
] as const) {
  for (const word of words.split(',')) {
    for (const tail of ['chart', 'graph', 'plot', 'diagram'])
      for (const head of [
        '',
        'as a ',
        'as an ',
        'as ',
        'in a ',
        'a ',
        'with a ',
        'make it a ',
        'draw a ',
        'show as a ',
        'with ',
        'use a ',
      ])
        say({ role: 'chart', kind }, `${head}${word} ${tail}`)
    for (const head of ['as a ', 'as ', 'as an ']) say({ role: 'chart', kind }, `${head}${word}`)
  }
}

for (const [grain, adverb, nouns] of [
  ['day', 'daily', 'day,days,date,dates'],
  ['week', 'weekly', 'week,weeks'],
  ['month', 'monthly', 'month,months'],
  ['quarter', 'quarterly', 'quarter,quarters'],
  ['year', 'yearly,annual,annually', 'year,years'],
] as const) {
  say({ role: 'grain', grain }, adverb)
  say({ role: 'unit', grain }, nouns)
}

say(
  { role: 'cycle', cycle: 'weekday' },
  'weekday,weekdays,week day,week days,day of the week,days of the week,day of week,days of week,day of a week',
)
say(
  { role: 'cycle', cycle: 'month' },
  'month of the year,months of the year,month of year,months of year,calendar month,calendar months,month of any year',
)
say(
  { role: 'cycle', cycle: 'quarter' },
  'quarter of the year,quarters of the year,quarter of year,calendar quarter,calendar quarters,quarter of any year',
)

export const LONGEST_PHRASE = 5

/** The role of a phrase: words in lower case, one space between. */
export const roleOf = meaningOf

const otherLanguages = new Set(
  'wie viele viel der die das und nach pro welche welcher zeige gib für mit von combien quel quelle quels les des par le la et une cuántos cuantos cuál cual cuántas por el los las y quanti quanto quale gli del della il hoeveel welke het een en quantos qual os em'.split(
    ' ',
  ),
)

/** True where the words look like another language than English. Asked only when words stayed unknown. */
export const looksForeign = (words: readonly string[]): boolean =>
  words.some((word) => otherLanguages.has(word) || /(?!\p{Script=Latin})\p{L}/u.test(word))
